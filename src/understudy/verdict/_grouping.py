"""Tries put together to the requests they were of.

A client that numbers its tries or names its requests is believed: such tries are a run. It tells only of its own tries, not of
the loop that an application makes around it, whose every call begins with number 0 and with another name. So a run, as a try of
a client that tells nothing, goes on with the run before it of the same session, key and body, if that one came to nothing and
its client told as much. A body that many requests share, as in a load test, says nothing about who is who: then every run
stands for itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Generator, Iterable
from heapq import heappop, heappush
from math import inf

from understudy.verdict._attempts import Attempt, Logical, identity_of

LONG = 600.0
"""Seconds after which, unless it was asked to wait, the same body is another request."""

_REST = 30.0  # seconds after which who says that it begins anew is believed: the loops of applications come back sooner
_SHORTEST = 0.1  # seconds of a back-off

_Key = tuple[object, ...]
_Waiting = dict[int, list[tuple[float, int, Logical]]]  # by the number of the last try: when the next is due, order, request


def grouping(attempts: Iterable[Attempt]) -> Generator[None, None, list[Logical]]:
    """Put tries together, a little at a time; in and out in the order they began."""
    runs = yield from _runs(attempts)
    shared = _shared(runs)
    found: list[Logical] = []
    latest: dict[_Key, Logical] = {}
    for run in runs:
        yield
        key = _maker_of(run)
        before = None if key in shared else latest.get(key)
        if before is not None and not before.last.is_served and _goes_on(run, before.last):
            before.attempts += run.attempts
        else:
            found.append(run)
            latest[key] = run
    return found


def _goes_on(run: Logical, last: Attempt) -> bool:
    """Say whether a run comes early enough to go on with the one before it; its client may itself say that it begins anew."""
    return _is_within(_REST if run.is_sure else LONG, last, run.attempts[0])


def _is_within(most: float, last: Attempt, one: Attempt) -> bool:
    """Say whether a try comes so many seconds after another one at most, or after those that the server asked for."""
    return one.start - last.end <= most + (last.wait_asked or 0.0)


def _maker_of(run: Logical) -> _Key:
    """Say what two runs of one request have in common: clients name and number all tries, or none, and are one program."""
    first = run.attempts[0]
    client = first.exchange.request.head.headers.get("user-agent")
    return *identity_of(first), bool(first.name), first.number is not None, client


def _runs(attempts: Iterable[Attempt]) -> Generator[None, None, list[Logical]]:
    """Put together what the client says belongs together."""
    found: list[Logical] = []
    named: dict[_Key, Logical] = {}
    waiting: dict[_Key, _Waiting] = defaultdict(dict)
    running: dict[tuple[_Key, int], deque[Logical]] = defaultdict(deque)
    for order, one in enumerate(attempts):
        yield
        key = identity_of(one)
        whole = None
        if one.name:
            whole = named.get((*key, one.name))
        elif one.number:
            whole = _continued(one, one.number, waiting[key]) or _overtaken(one, running[key, one.number - 1])
        if whole is None:
            whole = Logical([], bool(one.name) or one.number is not None)
            found.append(whole)
            if one.name:
                named[(*key, one.name)] = whole
        whole.attempts.append(one)
        if one.name or one.number is None:
            continue
        if one.outcome == "good":
            running[key, one.number].append(whole)
        else:
            heappush(waiting[key].setdefault(one.number, []), (_due(one), order, whole))
    return found


def _continued(one: Attempt, number: int, waiting: _Waiting) -> Logical | None:
    """Find the request that came to nothing and goes on with this try.

    Of those whose number is nearest it is the one whose next try was due first: whoever waits as long as it should is never
    taken for another one that did not. Numbers may be left out: a try that is lost on its way never comes here.
    """
    while (nearest := max((before for before in waiting if before < number), default=None)) is not None:
        _, _, whole = heappop(waiting[nearest])
        if not waiting[nearest]:
            del waiting[nearest]
        if _is_within(LONG, whole.last, one):
            return whole
    return None


def _due(one: Attempt) -> float:
    """Say from when a client may try again; what it would not try again is due last."""
    asked = one.retry_asked
    if asked is False or (asked is None and (one.outcome == "refused" or (one.outcome == "broken" and one.exchange.stream))):
        return inf
    return one.end + max(_SHORTEST, one.wait_asked or 0.0)


def _overtaken(one: Attempt, running: deque[Logical]) -> Logical | None:
    """Find the request whose last try is still being answered, well, when this one begins."""
    while running:
        whole = running.popleft()
        if whole.last.end > one.start:
            return whole
    return None


def _shared(runs: list[Logical]) -> set[_Key]:
    """Find bodies that cannot tell requests apart: answered well more than once, or under way twice at a time."""
    good: Counter[_Key] = Counter()
    until: dict[_Key, float] = {}
    shared = set()
    for run in runs:
        first, end = run.attempts[0], max(one.end for one in run.attempts)
        key = _maker_of(run)
        good[key] += any(one.outcome == "good" for one in run.attempts)
        if good[key] > 1 or first.start < until.get(key, first.start):
            shared.add(key)
        until[key] = max(until.get(key, end), end)
    return shared
