"""A failure that passes was not tried again."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator

from understudy.verdict._attempts import Attempt, Logical
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._clients import gives_up
from understudy.verdict._grouping import LONG
from understudy.verdict._history import History
from understudy.verdict.side_effects import run_again

_MOST = 60.0  # a client may find that too long to wait


def given_up(history: History, limits: Limits) -> Iterator[tuple[Logical, bool]]:
    """Find requests whose failure passes and that were tried once; each with whether its client does so by default."""
    others = _Others(history)
    for request in history.requests:
        last = request.last
        if len(request.attempts) > 1 or last.outcome != "failed" or (last.number or 0) > 0 or last.retry_asked is False:
            continue
        if (last.wait_asked or 0.0) > _MOST or history.now - last.end < limits.grace or others.may_belong_to(last):
            continue
        yield request, gives_up(last.exchange)


class _Others:
    """What else was asked in the same words, of whatever model, with whatever key: of tries that may be of one request nobody
    says that it was tried once. Sessions are other clients.
    """

    def __init__(self, history: History) -> None:
        self._began: dict[tuple[object, object], list[float]] = defaultdict(list)
        self._failed: dict[tuple[object, object], list[float]] = defaultdict(list)
        self._answered: dict[tuple[object, object], float] = {}
        for one in history.attempts:
            asked = _asked(one)
            self._began[asked].append(one.start)
            if one.outcome == "good":
                self._answered[asked] = max(one.end, self._answered.get(asked, one.end))
            else:
                self._failed[asked].append(one.end)
        for ends in self._failed.values():
            ends.sort()
        self._run_again = {id(one) for pair in run_again(history) for one in pair}

    def may_belong_to(self, one: Attempt) -> bool:
        """Say whether a try that failed may have been one of several, or was answered all the same."""
        asked = _asked(one)
        itself = one.start >= one.end
        after = _count(self._began[asked], one.end, one.end + LONG + (one.wait_asked or 0.0)) - itself
        before = _count(self._failed[asked], one.start - LONG, one.start) - itself
        return after > 0 or before > 0 or self._answered.get(asked, one.start) > one.start or id(one) in self._run_again


def _count(moments: list[float], first: float, last: float) -> int:
    """Count the moments, in order, from a first to a last one."""
    return bisect_right(moments, last) - bisect_left(moments, first)


def _asked(one: Attempt) -> tuple[object, object]:
    """What was asked."""
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
