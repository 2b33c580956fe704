"""Sequences of what is made each time it is looked at: thousands of streams cannot hold all of theirs."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, chain, count, islice
from operator import itemgetter
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
    """What several say who take turns, one thing a round each, from a round on; who has said all no longer takes part.

    Whose turn it is, is reckoned: rounds in which the same take part make up a span, held as where it begins in the row, its
    first round, and who takes part.
    """

    __slots__ = ("_each", "_end", "_spans")

    def __init__(self, each: Sequence[Sequence[T_co]], first: int = 0) -> None:
        self._each = each
        spans: list[tuple[int, int, Sequence[int]]] = []
        begin, here = 0, first
        for end in sorted({len(one) for one in each if len(one) > first}):
            who = tuple(i for i, one in enumerate(each) if len(one) >= end)
            spans.append((begin, here, who))
            begin, here = begin + (end - here) * len(who), end
        self._spans, self._end = tuple(spans), begin

    def __len__(self) -> int:
        return self._end

    def __iter__(self) -> Iterator[T_co]:
        first = self._spans[0][1] if self._spans else 0
        each = [islice(one, first, None) for one in self._each]
        for rounds, (_, _, who) in zip(self._rounds(), self._spans, strict=True):
            yield from chain.from_iterable(islice(zip(*(each[i] for i in who), strict=False), len(rounds)))

    @property
    def rounds(self) -> Iterator[int]:
        """The round in which each comes."""
        for rounds, (_, _, who) in zip(self._rounds(), self._spans, strict=True):
            yield from (each for each in rounds for _ in who)

    def _rounds(self) -> Iterator[range]:
        """The rounds of each span."""
        for place, (begin, first, who) in enumerate(self._spans, start=1):
            end = self._spans[place][0] if place < len(self._spans) else self._end
            yield range(first, first + (end - begin) // len(who))

    def settle(self, text: str) -> None:
        """Let each do so."""
        for one in self._each:
            if isinstance(one, Lazy):
                one.settle(text)

    def _at(self, place: int) -> T_co:
        begin, first, who = self._spans[bisect_right(self._spans, place, key=itemgetter(0)) - 1]
        there, turn = divmod(place - begin, len(who))
        return self._each[who[turn]][first + there]


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
