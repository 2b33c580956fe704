"""GET verdict: how well the client under test behaves."""

from __future__ import annotations

import math
from typing import Any

from msgspec import structs

from understudy.control import Ask, Control, Route, Sight
from understudy.errors import RequestError
from understudy.model.reply import Failure
from understudy.verdict import Limits, check_named, judge

_LIMITS = {field.name: field.default for field in structs.fields(Limits)}
_QUERY = {
    "session": "only exchanges of this session",
    "since": "only exchanges from this moment on, in unix seconds",
    "ignore": "names of checks that are not made, with commas between them",
    **{name: f"the limit {name}; {value:g} without it" for name, value in _LIMITS.items()},
}


def _show(ask: Ask, sight: Sight) -> object:
    query = ask.query
    if not sight.settings().journal_size:
        message = "the journal is off, so there is nothing to judge: expected journal-size above 0. Start the server with it."
        raise RequestError(Failure(409, "conflict", message))
    limits = Limits(**{name: _number(name, query[name]) for name in _LIMITS if name in query})
    ignore = {_check(name.strip()) for name in query.get("ignore", "").split(",") if name.strip()}
    chosen: dict[str, Any] = {"session": query["session"]} if "session" in query else {}
    since = _number("since", query.get("since", "0"))
    found = [exchange for exchange in sight.journal.list(**chosen) if exchange.started >= since]
    return judge(found, limits, ignore=ignore, now=sight.clock.monotonic())


def _check(name: str) -> str:
    try:
        return check_named(name)
    except ValueError as error:
        raise RequestError(Failure(400, "invalid_request", f"query parameter ignore: {error}")) from None


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not (math.isfinite(value) and value >= 0):
        message = f"query parameter {name} {text!r}: expected a number from 0 up."
        raise RequestError(Failure(400, "invalid_request", message))
    return value


CONTROL = Control(
    "verdict",
    "How well the client under test behaves.",
    (Route("GET", "verdict", "Judge the client by the exchanges in the journal.", _show, _QUERY),),
)
