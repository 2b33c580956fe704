"""How long whole answers took, by model, and of what that time and their tokens were made up.

A sink that gathers: an exchange costs the append of a list until it is worked in with others. The models are named by clients,
so only the first ones are told apart; the rest is counted as one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock

from understudy.model.exchange import Exchange
from understudy.observe.finished import Finished
from understudy.observe.metrics import OTHER, TOLD_APART, Counters

_ERROR = 400  # the least status that is one


def _always() -> bool:
    return True


class Durations:
    """The good answers of each model since the start. Exchanges that name no model, and errors, are not counted.

    Args:
        tallied_by: where plain answers come from; they are counted at their mean: they take microseconds, all about as many.
        in_detail: says whether more than the time of whole answers is wanted. What was not wanted is not known later on.
    """

    def __init__(self, tallied_by: Counters, in_detail: Callable[[], bool] = _always) -> None:
        self.tallied_by = tallied_by
        self._in_detail = in_detail
        self._fresh: list[Exchange] = []
        self.record: Callable[[Exchange], None] = self._fresh.append
        self._models: dict[str, Finished] = {}
        self._lock = Lock()

    def settle(self) -> None:
        """Work in what was recorded."""
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
                    self._of(model).add(answers, in_detail=self._in_detail())

    def by_model(self) -> Mapping[str, Finished]:
        """Give the answers of each model."""
        self.settle()
        found = {model: answers.copy() for model, answers in self._models.items()}
        for plain in self.tallied_by.plain():
            found.setdefault(plain.model, Finished()).add_plain(plain, in_detail=self._in_detail())
        return found

    def _of(self, model: str) -> Finished:
        known = self._models.get(model)
        if known is not None:
            return known
        name = model if len(self._models) < TOLD_APART else OTHER
        return self._models.setdefault(name, Finished())
