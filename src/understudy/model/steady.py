"""A run as beats: what it sends at each of its moments, so that it can be played in step with others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import accumulate


class Steady:
    """A run at equal intervals, whose frames are there beforehand and are all the events of its plan.

    Few such runs are played in step, so what that takes is worked out when it is asked for, once for all streams of a kind.

    Args:
        first: seconds before the first beat.
        wait: seconds from one beat to the next.
        together: how many events the first beat is.
        make: makes the beats.
        joint: bytes of the joint.
        shared: by many streams; their sizes are added up once, those of one stream's own whenever they are asked for.
    """

    def __init__(
        self,
        first: float,
        wait: float,
        together: int,
        make: Callable[[], Sequence[tuple[bytes, ...]]],
        joint: int,
        *,
        shared: bool = True,
    ) -> None:
        self.first, self.wait, self.together = first, wait, together
        self._make, self._joint, self._shared = make, joint, shared

    @cached_property
    def beats(self) -> Sequence[tuple[bytes, ...]]:
        """What goes out at each moment, in pieces for the joint: some frames at the first, then one at a time."""
        beats = self._make()
        del self._make  # which may hold much
        return beats

    def size(self, begin: int, end: int) -> int:
        """How many bytes the beats from one to before another have."""
        if self._shared:
            return self._sizes[end] - self._sizes[begin]
        return sum(map(self._size, self.beats[begin:end]))

    @cached_property
    def _sizes(self) -> Sequence[int]:
        return list(accumulate(map(self._size, self.beats), initial=0))

    def _size(self, beat: tuple[bytes, ...]) -> int:
        return sum(map(len, beat)) + self._joint * (len(beat) - 1)
