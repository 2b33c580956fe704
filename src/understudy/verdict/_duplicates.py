"""Answers for nobody: two tries of one request under way at a time, and requests that were answered more than once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from understudy.verdict._attempts import Attempt, identity_of
from understudy.verdict._history import History

_SOON = 0.25  # seconds in which the loser of a race is told that it has lost
_RACERS = 3


class Race(Struct):
    """Two tries that overlapped: the one that was of use, and the other. `is_retry` says that the client had given that up."""

    winner: Attempt
    loser: Attempt
    is_retry: bool

    @property
    def tokens(self) -> int:
        """Tokens that the loser was sent, about."""
        exchange = self.loser.exchange
        if exchange.delivery is None or self.loser.outcome != "left" or exchange.particulars.faults:
            return exchange.completion_tokens  # of a stream that a fault struck nobody counted the events
        return min(exchange.completion_tokens, exchange.delivery.events)


def races(history: History) -> list[Race]:
    """Find all races: of tries that the client itself names alike, and of those that look like one."""
    found = [race for request in history.requests for race in _told(request.attempts)]
    return found + list(_guessed(history))


def _told(attempts: list[Attempt]) -> Iterator[Race]:
    for first, second in pairwise(attempts):
        if second.start >= first.end or "failed" in (first.outcome, second.outcome):
            continue
        is_retry = bool(second.number and second.number > (first.number or 0))
        if is_retry and first.outcome == "good":
            yield Race(second, first, is_retry=True)
        elif not is_retry and "good" in (first.outcome, second.outcome):
            yield _race(first, second)


def _guessed(history: History) -> Iterator[Race]:
    """Take the same body twice at a time for a race when one is left as soon as the other is answered."""
    same: dict[tuple[object, ...], list[Attempt]] = defaultdict(list)
    for one in history.attempts:
        if not one.name and one.number is None:
            same[identity_of(one)].append(one)
    for tries in same.values():
        good = [one for one in tries if one.outcome == "good"]
        if len(tries) > _RACERS or len(good) != 1:
            continue
        for other in tries:
            late = other.end - good[0].end
            if other.outcome == "left" and 0 <= late < _SOON and other.start < good[0].end:
                yield Race(good[0], other, is_retry=False)


def _race(first: Attempt, second: Attempt) -> Race:
    """Say who won: the first that was answered."""
    if first.outcome == "good" and (second.outcome != "good" or first.end <= second.end):
        return Race(first, second, is_retry=False)
    return Race(second, first, is_retry=False)


def answered_twice(history: History) -> list[tuple[Attempt, Attempt]]:
    """Find requests that were asked again after they had been answered."""
    return [
        (first, second)
        for request in history.requests
        if request.is_sure
        for first, second in request.pairs
        if first.outcome == second.outcome == "good" and second.start >= first.end
    ]
