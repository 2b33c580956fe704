"""The journal: the last exchanges, bounded by number and by the bytes of their request bodies.

A sink. Exchanges come in finished; they are listed oldest first, filtered by what they are. The newest exchange is always
kept, even when its body alone is over the bound. Other threads may read while the server writes.
"""

from __future__ import annotations

from collections import deque
from operator import attrgetter
from typing import Any

from understudy.kinds import nearest
from understudy.model.exchange import Exchange
from understudy.observe._batch import Batched

Exchanges = list[Exchange]

FILTERS = {
    name: attrgetter(path)
    for name, path in {
        "session": "session",
        "dialect": "dialect",
        "operation": "operation",
        "model": "model",
        "rule": "rule",
        "decision": "decision",
        "status": "status",
        "stream": "stream",
        "outcome": "outcome",
        "request_id": "request_id",
        "method": "request.head.method",
        "path": "request.head.path",
    }.items()
}
"""What exchanges can be filtered by: the name, and how to read it from an exchange."""


class Journal(Batched):
    """A bounded list of exchanges, written on one thread and read on any: copying a deque is one step for other threads.

    Args:
        size: how many exchanges are kept; 0 keeps none.
        max_bytes: how many bytes of request bodies are kept.
    """

    def __init__(self, size: int, max_bytes: int = 64 << 20) -> None:
        super().__init__()
        self._size = size
        self._max_bytes = max_bytes
        self._ring: deque[Exchange] = deque()
        self._bytes = 0

    def _take(self, batch: Exchanges) -> None:
        ring = self._ring
        ring.extend(batch)
        self._bytes += sum([len(exchange.request.body) for exchange in batch])
        while len(ring) > self._size or (self._bytes > self._max_bytes and len(ring) > 1):
            self._bytes -= len(ring.popleft().request.body)

    def __len__(self) -> int:
        self.settle()
        return len(self._ring)

    def clear(self, session: str | None = None) -> None:
        """Forget all exchanges, or those of one session."""
        self.settle()
        kept = [] if session is None else [exchange for exchange in self._ring.copy() if exchange.session != session]
        self._ring = deque(kept)
        self._bytes = sum([len(exchange.request.body) for exchange in kept])

    def list(self, *, limit: int | None = None, **filters: Any) -> Exchanges:
        """Return exchanges, oldest first.

        Args:
            limit: only the last so many of those that pass.
            filters: values of `FILTERS` that must be equal.

        Raises:
            ValueError: for an unknown filter, naming the nearest.
        """
        for name in filters:
            if name not in FILTERS:
                raise ValueError(f"unknown filter {name!r}: expected one of {', '.join(FILTERS)}.{nearest(name, FILTERS)}")
        self.settle()
        found = list(self._ring.copy())
        for name, wanted in filters.items():
            read = FILTERS[name]
            found = [exchange for exchange in found if read(exchange) == wanted]
        return found if limit is None else found[max(0, len(found) - limit) :]
