"""A run as beats: what it sends at each of its moments, so that it can be played in step with others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain

from understudy.model.lazy import Lazy

Beat = tuple[bytes, ...]


class Numbered(Lazy[Beat]):
    """The beats of one stream alone, of which all but the first and the last stand in a list that many streams share.

    Args:
        first: the first.
        numbers: places in the list of those that follow.
        shared: the list.
        sizes: how many bytes each of it has with its joints.
        last: the last.
        joint: bytes of the joint.
    """

    __slots__ = ("_first", "_joint", "_last", "_numbers", "_shared", "_sizes")

    def __init__(
        self, first: Beat, numbers: Sequence[int], shared: Sequence[Beat], sizes: Sequence[int], last: Beat, joint: int
    ) -> None:
        self._first, self._numbers, self._shared, self._sizes = first, numbers, shared, sizes
        self._last, self._joint = last, joint

    def __len__(self) -> int:
        return len(self._numbers) + 2

    def __iter__(self) -> Iterator[Beat]:
        return chain((self._first,), map(self._shared.__getitem__, self._numbers), (self._last,))

    def _at(self, place: int) -> Beat:
        if not place:
            return self._first
        return self._last if place > len(self._numbers) else self._shared[self._numbers[place - 1]]

    def size(self, begin: int, end: int) -> int:
        """How many bytes the beats from one to before another have."""
        size = sum(map(self._sizes.__getitem__, self._numbers[max(begin - 1, 0) : max(end - 1, 0)]))
        if begin == 0 < end:
            size += sized(self._first, self._joint)
        if begin < end == len(self):
            size += sized(self._last, self._joint)
        return size


class Steady:
    """A run at equal intervals, whose frames are there beforehand and are all the events of its plan.

    Few such runs are played in step, so what that takes is worked out when it is asked for, once for all streams of a kind.

    Args:
        first: seconds before the first beat.
        wait: seconds from one beat to the next.
        together: how many events the first beat is.
        make: makes the beats.
        joint: bytes of the joint.
    """

    def __init__(self, first: float, wait: float, together: int, make: Callable[[], Sequence[Beat]], joint: int) -> None:
        self.first, self.wait, self.together = first, wait, together
        self._make, self._joint = make, joint

    @cached_property
    def beats(self) -> Sequence[Beat]:
        """What goes out at each moment, in pieces for the joint: some frames at the first, then one at a time."""
        beats = self._make()
        del self._make  # which may hold much
        return beats

    def size(self, begin: int, end: int) -> int:
        """How many bytes the beats from one to before another have."""
        if isinstance(self.beats, Numbered):
            return self.beats.size(begin, end)
        return self._sizes[end] - self._sizes[begin]

    @cached_property
    def _sizes(self) -> Sequence[int]:
        return list(accumulate((sized(beat, self._joint) for beat in self.beats), initial=0))


def sized(beat: Beat, joint: int) -> int:
    """How many bytes a beat has, with joints of so many."""
    return sum(map(len, beat)) + joint * (len(beat) - 1)
