"""The journal: the last exchanges, bounded by number and by the bytes of what they hold: request bodies and texts of answers.

A sink. Exchanges come in finished; they are listed oldest first, filtered by what they are. The newest exchange is always
kept, even when it alone is over the bound. Other threads may read while the server writes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from understudy.model.exchange import Exchange
from understudy.observe.filters import chooser

Exchanges = list[Exchange]

_A_TOKEN = 8  # bytes that a token of an answer takes, about; texts that rules share are counted as if they did not


class Journal:
    """A bounded list of exchanges, written on one thread and read on any: copying a deque is one step for other threads.

    Args:
        size: how many exchanges are kept; 0 keeps none.
        max_bytes: how many bytes of request bodies and of texts of answers are kept.
    """

    def __init__(self, size: int, max_bytes: int = 64 << 20) -> None:
        self._fresh: list[Exchange] = []
        self.record: Callable[[Exchange], None] = self._fresh.append
        self._lock = Lock()
        self._max_bytes = max_bytes
        self._fair = max_bytes // max(size, 1)  # while none is larger than its share, the bytes need no counting
        self._ring: deque[Exchange] = deque(maxlen=size)
        self._is_heavy = False

    def settle(self) -> None:
        """Work in what was recorded: `record` is the append of a list, nothing cheaper can stand beside every request."""
        with self._lock:
            batch = self._fresh[:]
            del self._fresh[: len(batch)]  # another thread may have appended in between: only what was copied goes
            self._ring.extend(batch)
            if batch and (self._is_heavy or max(_weights(batch)) > self._fair):
                self._lighten()

    def _lighten(self) -> None:
        """Let the oldest go until the rest is within bounds."""
        ring = self._ring
        sizes = deque(_weights(ring))
        total = sum(sizes)
        while total > self._max_bytes and len(ring) > 1:
            ring.popleft()
            total -= sizes.popleft()
        self._is_heavy = max(sizes, default=0) > self._fair

    def __len__(self) -> int:
        self.settle()
        return len(self._ring)

    def clear(self, session: str | None = None) -> None:
        """Forget all exchanges, or those of one session."""
        self.settle()
        kept = [] if session is None else [exchange for exchange in self._ring.copy() if exchange.session != session]
        self._ring = deque(kept, self._ring.maxlen)

    def list(self, *, limit: int | None = None, **filters: Any) -> Exchanges:
        """Return exchanges, oldest first.

        Args:
            limit: only the last so many of those that pass.
            filters: what they must be, see `filters.chooser`.

        Raises:
            ValueError: for an unknown filter, naming the nearest.
        """
        chosen = chooser(filters)
        self.settle()
        found = list(self._ring.copy())
        if filters:
            found = [exchange for exchange in found if chosen(exchange)]
        return found if limit is None else found[max(0, len(found) - limit) :]


def _weights(exchanges: Iterable[Exchange]) -> list[int]:
    return [len(exchange.request.body) + exchange.completion_tokens * _A_TOKEN for exchange in exchanges]
