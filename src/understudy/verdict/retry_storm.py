"""One request is tried over and over."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._fleet import hardest
from understudy.verdict._history import History
from understudy.verdict._words import seconds


def _look(history: History, limits: Limits) -> Iterator[Seen]:
    for request in history.requests:
        tries = hardest(request)
        if len(tries) > limits.attempts:
            took = seconds(tries[-1].end - tries[0].start)
            yield Seen(f"One request was tried {len(tries)} times in {took}.", tuple(one.exchange for one in tries))


CHECK = Check(
    name="retry-storm",
    title="A request is tried without end",
    help="More tries of one request, at one model with one key, than `attempts`.",
    why=("Every caller multiplies its load for as long as the outage lasts, and nobody above hears of it in time."),
    fix="Bound the number of tries (the official clients make three) and the time for all of them.",
    look=_look,
)
