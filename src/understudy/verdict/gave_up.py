"""A failure that passes was not tried again."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._attempts import Attempt, Logical
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._clients import gives_up
from understudy.verdict._history import History

_MOST = 60.0  # a client may find that too long to wait


def given_up(history: History, limits: Limits) -> Iterator[tuple[Logical, bool]]:
    """Find requests whose failure passes and that were tried once; each with whether its client does so by default."""
    answered = {_asked(one) for one in history.attempts if one.outcome == "good"}
    for request in history.requests:
        last = request.last
        if len(request.attempts) > 1 or last.outcome != "failed" or (last.number or 0) > 0 or last.retry_asked is False:
            continue
        if (last.wait_asked or 0.0) > _MOST or history.now - last.end < limits.grace or _asked(last) in answered:
            continue
        yield request, gives_up(last.exchange)


def _asked(one: Attempt) -> tuple[object, object]:
    """What was asked, of whatever model; sessions are other clients."""
    return one.exchange.session, one.said.identity


def _look(history: History, limits: Limits) -> Iterator[Seen]:
    for request, is_default in given_up(history, limits):
        if not is_default:
            status = request.last.exchange.status
            what = f"a {status}" if status >= 400 else "a broken connection"
            yield Seen(f"A request was given up after {what}.", request.exchanges)


CHECK = Check(
    name="gave-up-early",
    title="A passing failure is not tried again",
    help=(
        "A request that ended with 408, 409, 429, 5xx or a connection that broke before the answer, and was tried once only,"
        " by a client that tries again by default or that nobody knows; `x-should-retry: false` allows it."
    ),
    why=(
        "Such failures are daily business with every provider and are mostly over within a second; "
        "the user gets an error instead."
    ),
    fix=("Try again two or three times with back-off. With an official client leave `max_retries` at its default."),
    look=_look,
)
