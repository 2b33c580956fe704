"""Tries follow one another at once, or at one distance."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._attempts import Attempt
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._clients import manners_of
from understudy.verdict._fleet import target
from understudy.verdict._history import History
from understudy.verdict._words import seconds
from understudy.verdict.retry_after import is_early

_HASTY = ((0.02, 2), (0.1, 3))  # seconds, and how many such pauses a back-off from zero up does not draw in earnest
_ALIKE = 0.1  # of a pause
_PATIENT = 5.0  # seconds; longer pauses may be alike
_FEW = 3


def _look(history: History, _limits: Limits) -> Iterator[Seen]:
    for request in history.requests:
        pauses = [max(0.0, second.start - first.end) for first, second in request.pairs if _is_own(first, second)]
        hasty = next((most for most, count in _HASTY if sum(pause < most for pause in pauses) >= count), 0.0)
        if hasty:
            tries = sum(pause < hasty for pause in pauses)
            yield Seen(f"{tries} tries of one request came less than {seconds(hasty)} after a failure.", request.exchanges)
        elif len(pauses) >= _FEW and max(pauses) < _PATIENT and max(pauses) - min(pauses) <= _ALIKE * max(pauses):
            yield Seen(f"{len(pauses)} pauses of one request were all {seconds(max(pauses))} long.", request.exchanges)


def _is_own(first: Attempt, second: Attempt) -> bool:
    """Say whether a client chose the pause between two tries: the server did not ask for it, and no default made it."""
    if first.outcome not in ("failed", "broken") or target(first) != target(second):
        return False
    if manners_of(second.exchange).backs_off_from_zero and 0 < (second.number or 0) < _FEW:
        return False
    return first.wait_asked is None or is_early(first, second)


CHECK = Check(
    name="no-backoff",
    title="No back-off between tries",
    help=(
        "Two tries of one request that come within 20 ms after a failure or a broken answer, or three within 100 ms, or"
        " at least three pauses, all of them alike (within a tenth) and shorter than five seconds; pauses as long as the server"
        " asked for are left out."
    ),
    why=(
        "A provider in trouble gets more load from every client at the moment it can bear least, and the outage lasts longer."
    ),
    fix=("Wait longer before each next try: half a second, one, two, up to some seconds, each less a random part."),
    look=_look,
)
