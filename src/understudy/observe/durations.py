"""How long whole answers took, by model.

A sink that gathers: an exchange costs the append of a list until it is worked in with others. The models are named by clients,
so only the first ones are told apart; the rest is counted as one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock

from understudy.histogram import SECONDS, Histogram
from understudy.model.exchange import Exchange
from understudy.observe.metrics import OTHER, TOLD_APART, Counters


class Durations:
    """A histogram of seconds for each model since the start. Exchanges that name no model are not counted.

    Plain answers come from whoever tallies them and are counted at their mean: they take microseconds, all about as many.
    """

    def __init__(self, tallied_by: Counters) -> None:
        self.tallied_by = tallied_by
        self._fresh: list[Exchange] = []
        self.record: Callable[[Exchange], None] = self._fresh.append
        self._models: dict[str, Histogram] = {}
        self._lock = Lock()

    def settle(self) -> None:
        """Work in what was recorded."""
        with self._lock:
            batch = self._fresh[:]
            del self._fresh[: len(batch)]  # another thread may have appended in between: only what was copied goes
            found: dict[str, list[float]] = {}
            for exchange in batch:
                try:
                    found[exchange.model].append(exchange.duration)
                except KeyError:
                    found[exchange.model] = [exchange.duration]
            for model, durations in found.items():
                if model:
                    self._of(model).add_all(durations)

    def by_model(self) -> Mapping[str, Histogram]:
        """Give the histogram of each model."""
        self.settle()
        found = {model: seconds.copy() for model, seconds in self._models.items()}
        for model, (count, seconds) in self.tallied_by.plain().items():
            if count:
                found.setdefault(model, Histogram(SECONDS)).add_many(count, seconds / count)
        return found

    def _of(self, model: str) -> Histogram:
        known = self._models.get(model)
        if known is not None:
            return known
        name = model if len(self._models) < TOLD_APART else OTHER
        return self._models.setdefault(name, Histogram(SECONDS))
