"""GET|DELETE requests: the journal, listed or exported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from understudy.control import Ask, Control, Page, Route, Sight, refused
from understudy.control._exchanges import QUERY, wanted, whole_number
from understudy.control._turns import page_in_turns, stream_in_turns
from understudy.model.exchange import Exchange
from understudy.observe import export
from understudy.observe.account import account

_LIMIT = 100
_FEW = 100  # exchanges that take no longer than a turn to tell

_QUERY = QUERY | {
    "limit": f"the last so many; {_LIMIT} without it, in exports all",
    "format": "json (default), or an export: jsonl (an exchange a line) or har (HTTP archive 1.2)",
}


def _show(ask: Ask, sight: Sight) -> object:
    query = dict(ask.query)
    accept = ask.request.head.headers.get("accept", "")
    form = query.pop("format", None) or export.accepted(accept)
    if form != "json" and form not in export.FORMS:
        message = f"query parameter format {form!r}: expected json, {' or '.join(export.FORMS)}."
        raise refused(message)
    limit = query.pop("limit", str(_LIMIT) if form == "json" else None)
    found = sight.journal.list(limit=None if limit is None else whole_number("limit", limit), **wanted(query))
    if form == "json":
        return _listed(ask, sight, found)
    made = export.Exporter(sight.read, sight.again, "https" if sight.settings().tls_cert else "http")
    return stream_in_turns(ask, sight, export.kind_of(form, accept), f"understudy.{form}", made.pieces(form, found))


def _listed(ask: Ask, sight: Sight, found: list[Exchange]) -> object:
    if len(found) <= _FEW:
        return {"requests": [account(exchange, sight.read(exchange.request)) for exchange in found], "kept": len(sight.journal)}
    return page_in_turns(ask, sight, _many(sight, found))


def _many(sight: Sight, found: list[Exchange]) -> Iterator[Page | None]:
    """Tell many exchanges, in turns; each is one line of the document."""
    lines: list[Any] = []
    for exchange in found:
        lines.append(msgspec.json.encode(account(exchange, sight.read(exchange.request))))
        yield None
    data = b'{"requests": [\n%b\n], "kept": %d}\n' % (b",\n".join(lines), len(sight.journal))
    yield Page(data, "application/json")


def _clear(ask: Ask, sight: Sight) -> object:
    before = len(sight.journal)
    sight.journal.clear(ask.query.get("session"), sight.begun())
    return {"cleared": before - len(sight.journal)}


CONTROL = Control(
    "requests",
    "The journal: what was asked and answered.",
    (
        Route("GET", "requests", "List or export exchanges, oldest first.", _show, _QUERY),
        Route("DELETE", "requests", "Forget exchanges.", _clear, {"session": "only those of this session"}),
    ),
)
