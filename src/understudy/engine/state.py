"""What behaviour remembers from one request to the next, keyed by session.

Cursors of sequences, counters of faults and repeated decisions live here themselves; the books of quotas, what providers keep
for their clients and the prompts that were sent before have modules of their own, which this brings together. A store shared
by several processes can serve the port later. Every table is bounded: what has not been used for long is forgotten first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from understudy.engine.promptcache import PromptCache, Starts
from understudy.engine.quota_ledger import Ledger, MemoryLedger
from understudy.engine.store import MemoryStore
from understudy.model.call import Prefix
from understudy.model.ports import Store

_SESSIONS = 10_000
_REPEATS = 100_000
_PREFIXES = 100_000  # a prompt has one every few hundred characters
_KEYS = 100_000  # of one session: counters kept for each API key have names that clients choose


class Prompts(Protocol):
    """The beginnings of prompts that clients ask to be cached."""

    def use(self, session: str, prefixes: Sequence[Prefix], now: float) -> int:
        """Return the tokens of the longest beginning that is held, and hold those that are to be kept."""
        ...


class Beginnings(Protocol):
    """The prompts of providers that cache without being asked."""

    def use(self, session: str, model: str, text: bytes, now: float) -> int:
        """Return how many bytes of the beginning of a text were sent before, and hold the text."""
        ...


class State(Protocol):
    """Behaviour state of all sessions."""

    @property
    def ledger(self) -> Ledger:
        """The books of the quotas."""
        ...

    @property
    def prompts(self) -> Prompts:
        """The beginnings of prompts that were sent before."""
        ...

    @property
    def starts(self) -> Beginnings:
        """The prompts that were sent, for providers that cache without being asked."""
        ...

    def advance(self, session: str, key: str) -> int:
        """Return how often `key` was advanced before in this session, and count this time."""
        ...

    def count(self, session: str, key: str) -> int:
        """Return how often `key` was advanced in this session."""
        ...

    def repeat(self, root: bytes) -> int:
        """Return how often this very decision was made before, and count this time."""
        ...

    def store(self, session: str) -> Store:
        """What a provider keeps for its clients in this session."""
        ...

    @property
    def epoch(self) -> int:
        """How often everything was forgotten: for who keeps something beside, and has to forget it then."""
        ...

    def forget(self, wanted: Callable[[str, str], bool]) -> None:
        """Forget the counts for which `wanted(session, key)` holds; any thread."""
        ...

    def reset(self, session: str | None = None) -> None:
        """Forget one session, or everything."""
        ...


class MemoryState:
    """The state of one process."""

    def __init__(self) -> None:
        self._cursors: dict[str, dict[str, int]] = {}
        self._repeats: dict[bytes, int] = {}
        self.ledger: Ledger = MemoryLedger()
        self._store = MemoryStore()
        self.prompts = PromptCache(_PREFIXES)
        self.starts = Starts()
        self.epoch = 0

    def advance(self, session: str, key: str) -> int:
        """Count a key of a session."""
        cursors = self._cursors.pop(session, None)
        if cursors is None:
            cursors = {}
            if len(self._cursors) >= _SESSIONS:
                del self._cursors[next(iter(self._cursors))]
        self._cursors[session] = cursors
        before = cursors.get(key, 0)
        if not before and len(cursors) >= _KEYS:
            del cursors[next(iter(cursors))]
        cursors[key] = before + 1
        return before

    def count(self, session: str, key: str) -> int:
        """Look a key of a session up."""
        cursors = self._cursors.get(session)
        return 0 if cursors is None else cursors.get(key, 0)

    def repeat(self, root: bytes) -> int:
        """Count a decision."""
        before = self._repeats.pop(root, 0)
        if len(self._repeats) >= _REPEATS:
            del self._repeats[next(iter(self._repeats))]
        self._repeats[root] = before + 1
        return before

    def store(self, session: str) -> Store:
        """Open the shelf of a session."""
        return self._store.of(session)

    def forget(self, wanted: Callable[[str, str], bool]) -> None:
        """Forget some counts; what is looked through are copies, for other threads may count meanwhile."""
        for session, cursors in list(self._cursors.items()):
            for key in list(cursors):
                if wanted(session, key):
                    cursors.pop(key, None)

    def reset(self, session: str | None = None) -> None:
        """Forget one session's cursors, its accounts and what is kept for it, or everything."""
        self.ledger.reset(session)
        self._store.reset(session)
        self.prompts.reset(session)
        self.starts.reset(session)
        if session is None:
            self.epoch += 1
            self._cursors.clear()
            self._repeats.clear()
        else:
            self._cursors.pop(session, None)
