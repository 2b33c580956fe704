"""Sequences of what is made each time it is looked at: thousands of streams cannot hold all of theirs."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, count, islice
from typing import TypeVar, overload

S = TypeVar("S", str, bytes)
T_co = TypeVar("T_co", covariant=True)

_SMALL = 1 << 16  # characters of a text whose places take two bytes


class Lazy(Sequence[T_co]):
    """What is made each time it is looked at; whoever inherits says how many there are and makes the one `_at` a place."""

    __slots__ = ()

    def __iter__(self) -> Iterator[T_co]:
        return map(self._at, range(len(self)))

    def settle(self, text: str) -> None:
        """Hold pieces of that text, if these hold all of them, by where they end in it: whoever says this holds it anyway."""

    def _at(self, place: int) -> T_co:
        raise NotImplementedError  # that is what makes a sequence of this kind

    @overload
    def __getitem__(self, at: int) -> T_co: ...
    @overload
    def __getitem__(self, at: slice) -> list[T_co]: ...
    def __getitem__(self, at: int | slice) -> T_co | list[T_co]:
        places = range(len(self))
        return [self._at(place) for place in places[at]] if isinstance(at, slice) else self._at(places[at])


class Made(Lazy[T_co]):
    """So many things of a stream's own, such as frames, made each time they are looked at: `make` gets their place."""

    __slots__ = ("_count", "_make")

    def __init__(self, count: int, make: Callable[[int], T_co]) -> None:
        self._count, self._make = count, make

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T_co]:
        return map(self._make, range(self._count))

    def _at(self, place: int) -> T_co:
        return self._make(place)


class InTurns(Lazy[T_co]):
    """What several say who take turns: `whose` each of them is, and at which of `places` it stands there, in order."""

    __slots__ = ("_each", "_places", "_whose")

    def __init__(self, each: Sequence[Sequence[T_co]], whose: Sequence[int], places: Sequence[int]) -> None:
        self._each, self._whose, self._places = each, whose, places

    def __len__(self) -> int:
        return len(self._whose)

    def __iter__(self) -> Iterator[T_co]:
        each = [*map(iter, self._each)]
        return map(next, map(each.__getitem__, self._whose))

    def settle(self, text: str) -> None:
        """Let each do so."""
        for one in self._each:
            if isinstance(one, Lazy):
                one.settle(text)

    def _at(self, place: int) -> T_co:
        return self._each[self._whose[place]][self._places[place]]


class Beginning(Lazy[T_co]):
    """The first so many of others, which are not held a second time."""

    __slots__ = ("_count", "_whole")

    def __init__(self, whole: Sequence[T_co], count: int) -> None:
        self._whole, self._count = whole, min(max(count, 0), len(whole))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T_co]:
        return islice(self._whole, self._count)

    def _at(self, place: int) -> T_co:
        return self._whole[place]


class Sliced(Lazy[S]):
    """The pieces of a text or of bytes, held as where they end."""

    __slots__ = ("_ends", "_text")

    def __init__(self, text: S, pieces: Iterable[S]) -> None:
        self._text: S = text
        self._ends = array("H" if len(text) < _SMALL else "I", accumulate(map(len, pieces)))

    def __len__(self) -> int:
        return len(self._ends)

    def __iter__(self) -> Iterator[S]:
        begin = 0
        for end in self._ends:
            yield self._text[begin:end]
            begin = end

    def _at(self, place: int) -> S:
        piece: S = self._text[self._ends[place - 1] if place else 0 : self._ends[place]]
        return piece


class Spelled(Lazy[T_co]):
    """What is made of the pieces of a text, each time it is looked at: `make` gets a piece and its place."""

    __slots__ = ("_make", "_pieces")

    def __init__(self, make: Callable[[str, int], T_co], pieces: Sequence[str]) -> None:
        self._make, self._pieces = make, pieces

    def __len__(self) -> int:
        return len(self._pieces)

    def __iter__(self) -> Iterator[T_co]:
        return map(self._make, self._pieces, count())

    def settle(self, text: str) -> None:
        """Hold the pieces, if they are those of that text, by where they end."""
        self._pieces = settled(self._pieces, text)

    def _at(self, place: int) -> T_co:
        return self._make(self._pieces[place], place)


def settled(pieces: Sequence[str], text: str) -> Sequence[str]:
    """Pieces of a text as they are held where the text is, too; those that others hold as well stay what they are."""
    return Sliced(text, pieces) if isinstance(pieces, list) and "".join(pieces) == text else pieces
