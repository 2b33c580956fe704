"""A table of renderings that is bounded by what they weigh.

Its keys hold names that clients choose (the model), so a bound by number would let one client with many names keep one long
reply many times over. The oldest entries go first; what alone is too heavy is not kept. Large requests are read on a thread of
their own, so two may keep something at once.
"""

from __future__ import annotations

from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Values by key, at most `budget` in weight together."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._values: dict[K, V] = {}
        self._weights: dict[K, int] = {}
        self._total = 0
        self._lock = Lock()
        self.get = self._values.get

    def __len__(self) -> int:
        return len(self._values)

    def keep(self, key: K, value: V, weight: int) -> None:
        """Keep a value, new or in place of another; the oldest make room for it."""
        if weight > self._budget:
            return
        with self._lock:
            self._drop(key)
            while self._total + weight > self._budget:
                self._drop(next(iter(self._values)))
            self._values[key] = value
            self._weights[key] = weight
            self._total += weight

    def _drop(self, key: K) -> None:
        self._values.pop(key, None)
        self._total -= self._weights.pop(key, 0)
