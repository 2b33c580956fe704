"""Taking note now, working in later: what is common to sinks that stand beside every request.

`record` is the append of a list, nothing cheaper can be called; `settle` works in what has gathered. The engine says when, and
every reader settles before it reads, from whatever thread.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from understudy.model.exchange import Exchange


class Batched:
    """A sink that gathers; a kind of it says in `_take` what it does with exchanges."""

    def __init__(self) -> None:
        self._fresh: list[Exchange] = []
        self.record: Callable[[Exchange], None] = self._fresh.append
        self._lock = Lock()

    def settle(self) -> None:
        """Work in what was recorded."""
        with self._lock:
            batch = self._fresh[:]
            del self._fresh[: len(batch)]  # another thread may have appended in between: only what was copied goes
            if batch:
                self._take(batch)

    def _take(self, batch: list[Exchange]) -> None:
        raise NotImplementedError  # the one thing each kind is about
