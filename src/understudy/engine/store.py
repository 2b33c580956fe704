"""What providers keep for their clients: responses, conversations, files. Bytes by session, kind and name.

In: values of dialects, already bytes, so that a store of several processes can serve them later. Out: the same bytes. Sessions
never see each other's. The store is bounded by what it holds, names included: what has not been used for longest goes first,
whosever it is. Knows no provider.
"""

from __future__ import annotations

from collections.abc import Iterator

_BUDGET = 256 << 20
_CLAIMS = 100_000
_OVERHEAD = 200  # bytes that a value costs beside itself and its name

_Key = tuple[str, str, str]


class MemoryStore:
    """The store of one process.

    Args:
        budget: bytes that all sessions may hold together.
    """

    def __init__(self, budget: int = _BUDGET) -> None:
        self._budget = budget
        self._used = 0
        self._values: dict[_Key, bytes] = {}  # in order of use
        self._names: dict[tuple[str, str], dict[str, None]] = {}  # in order of making
        self._claims: dict[tuple[str, str], int] = {}

    @property
    def used(self) -> int:
        """Bytes held."""
        return self._used

    def of(self, session: str) -> SessionStore:
        """Open the part of a session; implements `model.ports.Store`."""
        return SessionStore(self, session)

    def get(self, key: _Key) -> bytes | None:
        """Look a value up, which counts as use."""
        value = self._values.pop(key, None)
        if value is not None:
            self._values[key] = value
        return value

    def put(self, key: _Key, value: bytes) -> None:
        """Keep a value; the least used ones make room for it. What alone is too heavy is not kept."""
        before = self._values.pop(key, None)
        if before is not None:
            self._used -= _weight(key, before)
        weight = _weight(key, value)
        if weight > self._budget:
            self._unlist(key)
            return
        while self._used + weight > self._budget:
            self.drop(next(iter(self._values)))
        self._values[key] = value
        self._names.setdefault(key[:2], {}).setdefault(key[2])
        self._used += weight

    def drop(self, key: _Key) -> bool:
        """Forget a value."""
        value = self._values.pop(key, None)
        if value is None:
            return False
        self._used -= _weight(key, value)
        self._unlist(key)
        return True

    def names(self, session: str, kind: str) -> list[str]:
        """The names of a kind."""
        return list(self._names.get((session, kind), ()))

    def claim(self, session: str, name: str) -> int:
        """Count a claim."""
        before = self._claims.pop((session, name), 0)
        if len(self._claims) >= _CLAIMS:
            del self._claims[next(iter(self._claims))]
        self._claims[session, name] = before + 1
        return before

    def reset(self, session: str | None = None) -> None:
        """Forget one session, or everything."""
        if session is None:
            self._values.clear()
            self._names.clear()
            self._claims.clear()
            self._used = 0
            return
        for key in list(self._of(session)):
            self.drop(key)
        for claim in [claim for claim in self._claims if claim[0] == session]:
            del self._claims[claim]

    def _of(self, session: str) -> Iterator[_Key]:
        for owner, kind in list(self._names):
            if owner == session:
                yield from ((session, kind, name) for name in list(self._names[owner, kind]))

    def _unlist(self, key: _Key) -> None:
        names = self._names.get(key[:2])
        if names is not None:
            names.pop(key[2], None)
            if not names:
                del self._names[key[:2]]


class SessionStore:
    """The part of a store that belongs to one session."""

    __slots__ = ("_session", "_store")

    def __init__(self, store: MemoryStore, session: str) -> None:
        self._store = store
        self._session = session

    def get(self, kind: str, name: str) -> bytes | None:
        """What is kept under a name."""
        return self._store.get((self._session, kind, name))

    def put(self, kind: str, name: str, value: bytes) -> None:
        """Keep a value."""
        self._store.put((self._session, kind, name), value)

    def drop(self, kind: str, name: str) -> bool:
        """Forget a value."""
        return self._store.drop((self._session, kind, name))

    def names(self, kind: str) -> list[str]:
        """All names of a kind."""
        return self._store.names(self._session, kind)

    def claim(self, name: str) -> int:
        """Count a claim."""
        return self._store.claim(self._session, name)


def _weight(key: _Key, value: bytes) -> int:
    return len(value) + sum(map(len, key)) + _OVERHEAD
