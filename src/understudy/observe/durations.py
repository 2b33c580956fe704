"""How long whole answers took, by model, and of what that time and their tokens were made up.

A sink that gathers: an exchange costs the append of a list until it is worked in with others. The models are named by clients,
so only the first ones are told apart; the rest is counted as one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from threading import Lock

from understudy.model.exchange import Exchange
from understudy.observe.finished import Finished, Plain
from understudy.observe.metrics import Counters

_ERROR = 400  # the least status that is one


def _always() -> bool:
    return True


class Durations:
    """The good answers of each model since the start. Exchanges that name no model, and errors, are not counted.

    Args:
        tallied_by: where plain answers come from, and by which names models are told apart. Plain answers are counted at their
            mean: they take microseconds, all about as many.
        in_detail: says whether more than the time of whole answers is wanted. What was not wanted is not known later on.
            Whoever changes what it says calls `settle`: answers recorded until then are counted as they were wanted.
    """

    def __init__(self, tallied_by: Counters, in_detail: Callable[[], bool] = _always) -> None:
        self.tallied_by = tallied_by
        self._wanted = in_detail
        self._in_detail = in_detail()
        self._fresh: list[Exchange] = []
        self.record: Callable[[Exchange], None] = self._fresh.append
        self._models: dict[str, Finished] = {}
        self._settled: Mapping[Hashable, Plain] = {}  # the plain answers that were worked in
        self._lock = Lock()

    def settle(self) -> None:
        """Work in what was recorded, and see what is wanted of what comes next."""
        with self._lock:
            batch = self._fresh[:]
            del self._fresh[: len(batch)]  # another thread may have appended in between: only what was copied goes
            found: dict[str, list[Exchange]] = {}
            for exchange in batch:
                if exchange.status >= _ERROR:
                    continue
                try:
                    found[exchange.model].append(exchange)
                except KeyError:
                    found[exchange.model] = [exchange]
            for model, answers in found.items():
                if model:
                    self._of(self.tallied_by.name(model)).add(answers, in_detail=self._in_detail)
            if self._wanted() != self._in_detail:
                self._settle_plain()
                self._in_detail = not self._in_detail

    def by_model(self) -> Mapping[str, Finished]:
        """Give the answers of each model."""
        self.settle()
        with self._lock:
            self._settle_plain()
            return {model: answers.copy() for model, answers in self._models.items()}

    def _settle_plain(self) -> None:
        """Work in the plain answers since the last time: what is counted stays in its bucket, whatever the mean becomes."""
        plain = self.tallied_by.plain()
        for key, answers in plain.items():
            mark = self._settled.get(key)
            fresh = answers if mark is None else answers.since(mark)
            if fresh.count:
                self._of(fresh.model).add_plain(fresh, in_detail=self._in_detail)
        self._settled = plain

    def _of(self, name: str) -> Finished:
        return self._models.setdefault(name, Finished())
