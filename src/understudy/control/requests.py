"""GET|DELETE requests: the journal."""

from __future__ import annotations

from understudy.control import Ask, Control, Route, Sight
from understudy.control._exchanges import QUERY, shown, wanted, whole_number

_LIMIT = 100

_QUERY = QUERY | {"limit": f"the last so many; {_LIMIT} without it"}


def _show(ask: Ask, sight: Sight) -> object:
    query = dict(ask.query)
    limit = whole_number("limit", query.pop("limit", str(_LIMIT)))
    found = sight.journal.list(limit=limit, **wanted(query))
    return {"requests": [shown(exchange) for exchange in found], "kept": len(sight.journal)}


def _clear(ask: Ask, sight: Sight) -> object:
    before = len(sight.journal)
    sight.journal.clear(ask.query.get("session"))
    return {"cleared": before - len(sight.journal)}


CONTROL = Control(
    "requests",
    "The journal: what was asked and answered.",
    (
        Route("GET", "requests", "List exchanges, oldest first.", _show, _QUERY),
        Route("DELETE", "requests", "Forget exchanges.", _clear, {"session": "only those of this session"}),
    ),
)
