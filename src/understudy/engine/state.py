"""What behaviour remembers from one request to the next, keyed by session.

Sequence cursors and repetition counts live here, nowhere else; the port is small so that a store shared by several processes
can serve it later. Both tables are bounded: a session or a body that has not been seen for long is forgotten first.
"""

from __future__ import annotations

from typing import Protocol

_SESSIONS = 10_000
_REPEATS = 100_000


class State(Protocol):
    """Behaviour state of all sessions."""

    def advance(self, session: str, key: str) -> int:
        """Return how often `key` was advanced before in this session, and count this time."""
        ...

    def repeat(self, root: bytes) -> int:
        """Return how often this very decision was made before, and count this time."""
        ...

    def reset(self, session: str | None = None) -> None:
        """Forget one session, or everything."""
        ...


class MemoryState:
    """The state of one process."""

    def __init__(self) -> None:
        self._cursors: dict[str, dict[str, int]] = {}
        self._repeats: dict[bytes, int] = {}

    def advance(self, session: str, key: str) -> int:
        """Count a key of a session."""
        cursors = self._cursors.pop(session, None)
        if cursors is None:
            cursors = {}
            if len(self._cursors) >= _SESSIONS:
                del self._cursors[next(iter(self._cursors))]
        self._cursors[session] = cursors
        before = cursors.get(key, 0)
        cursors[key] = before + 1
        return before

    def repeat(self, root: bytes) -> int:
        """Count a decision."""
        before = self._repeats.pop(root, 0)
        if len(self._repeats) >= _REPEATS:
            del self._repeats[next(iter(self._repeats))]
        self._repeats[root] = before + 1
        return before

    def reset(self, session: str | None = None) -> None:
        """Forget one session's cursors, or everything."""
        if session is None:
            self._cursors.clear()
            self._repeats.clear()
        else:
            self._cursors.pop(session, None)
