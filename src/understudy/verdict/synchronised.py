"""Many requests are tried again after the very same pause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from operator import itemgetter

from understudy.model.exchange import Exchange
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._history import History
from understudy.verdict._words import seconds

_LEAST = 10  # requests
_SPREAD = 0.05  # of the pause
_TOGETHER = 1.0  # seconds in which requests fail that come back as one wave
_SHORTEST = 0.1  # seconds; shorter pauses are no back-off at all


def _look(history: History, _limits: Limits) -> Iterator[Seen]:
    by_number: dict[int, list[tuple[float, float, Exchange]]] = defaultdict(list)
    for request in history.requests:
        for at, (first, second) in enumerate(request.pairs):
            if first.outcome == "failed" and first.wait_asked is None:
                by_number[at].append((first.end, second.start - first.end, second.exchange))
    for at, retried in by_number.items():
        found = _together(sorted(retried, key=itemgetter(0, 1)))
        pauses = [pause for _, pause, _ in found]
        if len(found) >= _LEAST and min(pauses) >= _SHORTEST and max(pauses) - min(pauses) <= _SPREAD * max(pauses):
            after = f"{seconds(min(pauses))} to {seconds(max(pauses))}"
            text = f"{len(found)} requests were tried again (retry {at + 1}) after {after}."
            yield Seen(text, tuple(exchange for _, _, exchange in found))


def _together(retried: list[tuple[float, float, Exchange]]) -> list[tuple[float, float, Exchange]]:
    """Give those of the longest row that failed together."""
    best, start = (0, 0), 0
    for end, (failed, _, _) in enumerate(retried, 1):
        while failed - retried[start][0] > _TOGETHER:
            start += 1
        best = max(best, (end - start, start))
    return retried[best[1] : best[1] + best[0]]


CHECK = Check(
    name="synchronised-retries",
    title="Retries are synchronised",
    help=(
        "At least ten requests that failed within a second and were tried again after pauses that differ by less than "
        "5 %, none of them asked for by the server."
    ),
    why=("Requests that failed together come back together: each wave hits the provider as hard as the one that broke it."),
    fix="Take a random part off every pause (jitter); the official clients take off up to a quarter.",
    look=_look,
)
