"""Tries follow one another without a pause that grows."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._clients import manners_of
from understudy.verdict._fleet import target
from understudy.verdict._history import History
from understudy.verdict._words import seconds

_AT_ONCE = 0.1  # seconds
_ALIKE = 0.1  # of a pause
_PATIENT = 5.0  # seconds; longer pauses need not grow
_MOST = 2
_FEW = 3


def _look(history: History, _limits: Limits) -> Iterator[Seen]:
    for request in history.requests:
        pauses = [
            max(0.0, second.start - first.end)
            for first, second in request.pairs
            if first.outcome in ("failed", "broken") and first.wait_asked is None and target(first) == target(second)
        ]
        if manners_of(request.last.exchange).backs_off_from_zero and len(request.attempts) <= _FEW:
            continue
        hasty = sum(pause < _AT_ONCE for pause in pauses)
        if hasty >= _MOST:
            text = f"{hasty} tries of one request came less than {seconds(_AT_ONCE)} after a failure."
            yield Seen(text, request.exchanges)
        elif len(pauses) > _MOST and max(pauses) < _PATIENT and max(pauses) - min(pauses) <= _ALIKE * max(pauses):
            yield Seen(f"{len(pauses)} pauses of one request were all {seconds(max(pauses))} long.", request.exchanges)


CHECK = Check(
    name="no-backoff",
    title="No back-off between tries",
    help=(
        "At least two tries of one request that come at once after a failure or a broken answer, or three"
        " pauses that do not grow; pauses that the server asked for are left out."
    ),
    why=(
        "A provider in trouble gets more load from every client at the moment it can bear least, and the outage lasts longer."
    ),
    fix=("Wait longer before each next try: half a second, one, two, up to some seconds, each less a random part."),
    look=_look,
)
