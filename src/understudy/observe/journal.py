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

_SESSIONS = 1000  # cleared ones of which it is remembered
_A_TOKEN = 8  # bytes that a token of an answer takes, about; texts that rules share are counted as if they did not


class Journal:
    """A bounded list of exchanges, written on one thread and read on any: copying a deque is one step for other threads.

    Args:
        size: how many exchanges are kept; 0 keeps none.
        max_bytes: how many bytes of request bodies and of texts of answers are kept.

    Attributes:
        on_clear: is told whose exchanges are forgotten (None: all), for who keeps something of them beside.
    """

    def __init__(self, size: int, max_bytes: int = 64 << 20) -> None:
        self._fresh: list[Exchange] = []
        self.record: Callable[[Exchange], None] = self._fresh.append
        self._lock = Lock()
        self._max_bytes = max_bytes
        self._fair = max_bytes // max(size, 1)  # while none is larger than its share, the bytes need no counting
        self._ring: deque[Exchange] = deque(maxlen=size)
        self._is_heavy = False
        self.on_clear: Callable[[str | None], object] = _nobody
        self._forgotten: dict[str | None, int] = {}  # by session, None for all: the newest answer that was begun by then

    def settle(self) -> None:
        """Work in what was recorded: `record` is the append of a list, nothing cheaper can stand beside every request."""
        with self._lock:
            batch = self._fresh[:]
            del self._fresh[: len(batch)]  # another thread may have appended in between: only what was copied goes
            if self._forgotten:
                batch = [exchange for exchange in batch if not self._is_forgotten(exchange)]
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

    def _is_forgotten(self, exchange: Exchange) -> bool:
        newest = max(self._forgotten.get(None, 0), self._forgotten.get(exchange.session, 0))
        return 0 < exchange.serial <= newest

    def clear(self, session: str | None = None, begun: int = 0) -> None:
        """Forget all exchanges, or those of one session: also those that are still to end.

        Args:
            session: whose; None for all.
            begun: the number of the newest answer that was begun.
        """
        self.settle()
        if session is None or len(self._forgotten) >= _SESSIONS:
            self._forgotten.clear()
        self._forgotten[session] = begun
        kept = [] if session is None else [exchange for exchange in self._ring.copy() if exchange.session != session]
        self._ring = deque(kept, self._ring.maxlen)
        self.on_clear(session)

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


def _nobody(_session: str | None) -> None:
    """Keep nothing beside."""


def _weights(exchanges: Iterable[Exchange]) -> list[int]:
    return [len(exchange.request.body) + exchange.completion_tokens * _A_TOKEN for exchange in exchanges]
