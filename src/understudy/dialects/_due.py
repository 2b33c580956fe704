"""The events of a stream, made when they are due: a long answer would be rendered for long before its first event went out.

In: events that are ready, and functions that make others by their place. Out: a sequence that holds what it was given and
nothing of what it made. Knows no event's form.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, count
from typing import Final, TypeVar

from understudy.model.lazy import Lazy, Made, Spelled, settled
from understudy.text.memo import Memo

K = TypeVar("K", bound=str | bytes)
T = TypeVar("T")
_KEPT: Final = 2_000  # events kept in one table; generated text has some 900 words
_LONGEST: Final = 600  # characters or bytes of what is looked up; what is longer is rarely said twice
_LONGEST_NAME: Final = 256  # characters of a name that clients choose, which each event of a table holds


class Table(Memo[K, T]):
    """Events by what they are made of, such as the text that they say, made on demand; streams share them.

    Those made of more than `longest` characters or bytes are not kept, and none where each of them holds a long name besides,
    such as that of a model.
    """

    def __init__(self, make: Callable[[K], T], longest: int = _LONGEST, name: str = "") -> None:
        super().__init__(make, size=_KEPT, longest=longest if len(name) <= _LONGEST_NAME else -1)


class Looked(Lazy[T]):
    """Events that stand in a table, under what they are looked up by."""

    __slots__ = ("_keys", "_table")

    def __init__(self, table: Mapping[str, T], keys: Sequence[str]) -> None:
        self._table, self._keys = table, keys

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[T]:
        return map(self._table.__getitem__, self._keys)

    def settle(self, text: str) -> None:
        """Hold what they are looked up by, if it is the pieces of that text, by where those end."""
        self._keys = settled(self._keys, text)

    def _at(self, place: int) -> T:
        return self._table[self._keys[place]]


class Amended(Lazy[T]):
    """Others, but for those that stand under their place in `own`."""

    __slots__ = ("_others", "_own")

    def __init__(self, others: Sequence[T], own: Mapping[int, T]) -> None:
        self._others, self._own = others, own

    def __len__(self) -> int:
        return len(self._others)

    def __iter__(self) -> Iterator[T]:
        return map(self._own.get, count(), self._others)

    def settle(self, text: str) -> None:
        """Let the others do so."""
        if isinstance(self._others, Lazy):
            self._others.settle(text)

    def _at(self, place: int) -> T:
        return self._own[place] if place in self._own else self._others[place]


class Due(Lazy[T]):
    """Events in a row, or what there is one of for each of them."""

    __slots__ = ("_ends", "_parts")

    def __init__(self) -> None:
        self._parts: list[Sequence[T]] = []
        self._ends: list[int] = []

    def add(self, make: Callable[[int], T], count: int = 1) -> None:
        """Add so many events, each made by its place among them whenever it is looked at."""
        self.ready(Made(count, make))

    def say(self, make: Callable[[str, int], T], pieces: Sequence[str]) -> None:
        """Add an event for each piece of a text, made of that and its place among them whenever it is looked at."""
        self.ready(Spelled(make, pieces))

    def ready(self, events: Sequence[T]) -> None:
        """Add events as they are."""
        if events:
            self._parts.append(events)
            self._ends.append(len(self) + len(events))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[T]:
        return chain.from_iterable(self._parts)

    def settle(self, text: str) -> None:
        """Let each part do so."""
        for part in self._parts:
            if isinstance(part, Lazy):
                part.settle(text)

    def _at(self, place: int) -> T:
        part = bisect_right(self._ends, place)
        return self._parts[part][place - (self._ends[part - 1] if part else 0)]
