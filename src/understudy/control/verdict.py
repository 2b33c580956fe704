"""GET verdict: how well the client under test behaves."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from msgspec import structs

from understudy.control import Ask, Control, Page, Route, Sight, refused
from understudy.control._exchanges import number
from understudy.control._turns import page_in_turns
from understudy.kinds import nearest
from understudy.model.exchange import DEFAULT_SESSION, Exchange
from understudy.verdict import Limits, Verdict, check_named, checks, judge, judging, render

checks()  # loaded with this module, not by the first who asks: that takes milliseconds in which all streams would wait
_LIMITS = {field.name: field.default for field in structs.fields(Limits)}
_FEW = 100  # exchanges that are judged in no more than two turns, names among which the nearest is looked for
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
        raise refused(message, 409, "conflict")
    limits = Limits(**{name: number(name, query[name]) for name in _LIMITS if name in query})
    ignore = {_check(name.strip()) for name in query.get("ignore", "").split(",") if name.strip()}
    since = _begun("since", query.get("since", "0"), sight)
    found = [exchange for exchange in _of_session(query.get("session"), sight) if exchange.started >= since]
    now = sight.clock.monotonic()
    if len(found) <= _FEW:
        return judge(found, limits, ignore=ignore, now=now)
    return page_in_turns(ask, sight, _in_turns(judging(found, limits, ignore=ignore, now=now)))


def _of_session(session: str | None, sight: Sight) -> list[Exchange]:
    """Give the exchanges of a session, or all; a name that no client gave is a slip, by which any client would pass."""
    kept = sight.journal.list()
    found = kept if session is None else [exchange for exchange in kept if exchange.session == session]
    if session is not None and session != DEFAULT_SESSION and not found:
        names = {exchange.session for exchange in kept}
        hint = nearest(session, sorted(names)) if len(names) <= _FEW else ""  # which takes 60 us a name, in which all wait
        message = f"session {session!r}: expected one that a client asked in, got one of which the journal holds nothing.{hint}"
        raise refused(message, 404, "not_found")
    return found


def _begun(name: str, text: str, sight: Sight) -> float:
    """Read a moment that has come: from one on that has not there is nothing to judge."""
    moment, now = number(name, text), sight.clock.wall()
    if moment > now:
        message = f"query parameter {name} {text!r}: expected a moment that has come, in unix seconds; now is {now:.0f}."
        raise refused(message)
    return moment


def _in_turns(turns: Generator[None, None, Verdict]) -> Iterator[Page | None]:
    verdict = yield from turns
    yield Page(render(verdict, "json").encode(), "application/json")


def _check(name: str) -> str:
    try:
        return check_named(name)
    except ValueError as error:
        raise refused(f"query parameter ignore: {error}") from None


CONTROL = Control(
    "verdict",
    "How well the client under test behaves.",
    (Route("GET", "verdict", "Judge the client by the exchanges in the journal.", _show, _QUERY),),
)
