"""Going elsewhere took long."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._fleet import failovers
from understudy.verdict._history import History
from understudy.verdict._words import seconds


def _look(history: History, limits: Limits) -> Iterator[Seen]:
    for over in failovers(history):
        if over.seconds > limits.failover:
            where = f"{over.failed.exchange.model} to {over.good.exchange.model}"
            yield Seen(f"From {where} took {seconds(over.seconds)}.", (over.failed.exchange, over.good.exchange))


CHECK = Check(
    name="slow-failover",
    title="Fail-over is slow",
    help="A request that failed at one model or key and was answered by another later than `failover`.",
    why="For that long users wait although something could have answered them.",
    fix=(
        "Go elsewhere after the first failure or two, and remember for other requests that a target "
        "is down (a circuit breaker)."
    ),
    look=_look,
)
