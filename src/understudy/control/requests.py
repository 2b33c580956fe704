"""GET|DELETE requests: the journal, listed or exported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from understudy.control import Ask, Control, Page, Route, Sight, refused
from understudy.control._exchanges import QUERY, wanted, whole_number
from understudy.control._turns import page_in_turns, stream_in_turns
from understudy.model.exchange import Exchange
from understudy.observe import export
from understudy.observe.account import account, outline

_LIMIT = 100
_FEW, _LITTLE = 100, 100_000  # exchanges, and what was said in them, that are told at once
_BRIEF = "brief"

_QUERY = QUERY | {
    "limit": f"the last so many; {_LIMIT} without it, in exports all",
    "format": "json (default), brief (json without headers, bodies and what was said), "
    "or an export: jsonl (an exchange a line) or har (HTTP archive 1.2)",
}


def _show(ask: Ask, sight: Sight) -> object:
    query = dict(ask.query)
    accept = ask.request.head.headers.get("accept", "")
    form = query.pop("format", None) or export.accepted(accept)
    is_listed = form in ("json", _BRIEF)
    if not is_listed and form not in export.FORMS:
        message = f"query parameter format {form!r}: expected json, {_BRIEF}, {' or '.join(export.FORMS)}."
        raise refused(message)
    limit = query.pop("limit", str(_LIMIT) if is_listed else None)
    found = sight.journal.list(limit=None if limit is None else whole_number("limit", limit), **wanted(query))
    if is_listed:
        return _listed(ask, sight, found, outline if form == _BRIEF else lambda one: account(one, sight.read(one.request)))
    made = export.Exporter(sight.read, sight.again, "https" if sight.settings().tls_cert else "http")
    return stream_in_turns(ask, sight, export.kind_of(form, accept), f"understudy.{form}", made.pieces(form, found))


def _listed(ask: Ask, sight: Sight, found: list[Exchange], tell: Callable[[Exchange], dict[str, Any]]) -> object:
    if len(found) <= _FEW and (tell is outline or sum(map(_said, found)) <= _LITTLE):
        return {"requests": [tell(exchange) for exchange in found], "kept": len(sight.journal)}
    return page_in_turns(ask, sight, _many(sight, found, tell))


def _said(exchange: Exchange) -> int:
    return len(exchange.request.body) + (len(exchange.reply.text) if exchange.reply else 0)


def _many(sight: Sight, found: list[Exchange], tell: Callable[[Exchange], dict[str, Any]]) -> Iterator[Page | None]:
    """Tell many exchanges, in turns; each is one line of the document."""
    lines: list[Any] = []
    for exchange in found:
        lines.append(msgspec.json.encode(tell(exchange)))
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
