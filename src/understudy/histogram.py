"""Counts of values by size: enough of a distribution to tell its percentiles, in little room and at the price of one search.

Numbers go in one at a time; counts, quantiles and differences between two moments come out. Bucket k holds what is at most
`bounds[k]` and above the bound before it, as Prometheus counts; the last one holds what is above all bounds. Knows no unit,
no clock and no reader.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import ceil
from operator import add, sub
from typing import Self

# Small steps, so that percentiles are as precise everywhere, and round numbers, so that other bounds are counted exactly.
_STEPS = (10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 25, 28, 30, 33, 36, 40, 45, 50, 55, 60, 65, 70, 75, 80, 90)
_LONG = (12.0, 120.0, 160.0, 240.0, 480.0, 640.0, 960.0, 1920.0, 2560.0, 7680.0)  # bounds others count by

SECONDS = tuple(sorted({*(float(f"{step}e{power}") for power in range(-6, 3) for step in _STEPS), 1e4, *_LONG}))
"""Bounds for times, from 10 us to 10,000 s."""

_APART, _SHARE = 0.0005, 0.009  # what two times may differ by and be told as one: seconds, or this share of them

FINE = tuple(
    high if part == parts else low + (high - low) * part / parts
    for low, high in pairwise((0.0, *SECONDS))
    for parts in [ceil((high - low) / max(_APART, low * _SHARE))]
    for part in range(1, parts + 1)
)
"""The same and more between them, so that the times of a bucket are within half a millisecond or a hundredth of each other."""


class Histogram:
    """Values counted in buckets, with their sum and the largest.

    Args:
        bounds: the upper end of each bucket but the last, ascending.
    """

    __slots__ = ("bounds", "counts", "max", "sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.sum = 0.0
        self.max = 0.0

    def add(self, value: float) -> None:
        """Count a value; what is below 0 counts as small, not as large."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value
        if value > self.max:
            self.max = value

    def add_many(self, count: int, value: float) -> None:
        """Count a value so many times."""
        self.counts[bisect_left(self.bounds, value)] += count
        self.sum += value * count
        if count and value > self.max:
            self.max = value

    def add_all(self, values: Sequence[float]) -> None:
        """Count values, at half the price of one at a time."""
        counts, bounds = self.counts, self.bounds
        for value in values:
            counts[bisect_left(bounds, value)] += 1
        self.sum += sum(values)
        self.max = max([self.max, *values])

    @property
    def total(self) -> int:
        """How many values were counted."""
        return sum(self.counts)

    @property
    def mean(self) -> float:
        """The mean of the values, 0 when there are none."""
        total = self.total
        return self.sum / total if total else 0.0

    def quantile(self, p: float) -> float:
        """Estimate the value that the share `p` of all values does not exceed; 0 when there are none.

        Within a bucket values are taken to lie evenly. No estimate is above the largest value, and that of 1 is the largest.
        """
        total = self.total
        if not total:
            return 0.0
        rank = min(max(ceil(p * total), 1), total)
        reached = list(accumulate(self.counts))
        at = bisect_left(reached, rank)
        count = self.counts[at]
        bottom = self.bounds[at - 1] if at else min(0.0, self.bounds[0])
        top = self.bounds[at] if at < len(self.bounds) else max(self.max, bottom)
        if self.max > bottom or not at:  # it is not where counts were put in by hand and the largest value was not kept
            top = min(top, self.max)
        return bottom + (top - bottom) * (rank - reached[at] + count) / count

    def at_most(self, bound: float) -> int:
        """Tell how many values are at most that large: exact when it is one of the bounds, else estimated within its bucket."""
        at = bisect_right(self.bounds, bound)
        below = sum(self.counts[:at])
        if at in (0, len(self.bounds)) or self.bounds[at - 1] == bound:
            return below
        bottom, top = self.bounds[at - 1], self.bounds[at]
        return below + round(self.counts[at] * (bound - bottom) / (top - bottom))

    def merge(self, other: Self) -> None:
        """Count what another histogram of the same bounds counted.

        Raises:
            ValueError: for other bounds.
        """
        self._same(other)
        self.counts[:] = map(add, self.counts, other.counts)
        self.sum += other.sum
        self.max = max(self.max, other.max)

    def copy(self) -> Self:
        """Give the counts of this moment."""
        copy = type(self)(self.bounds)
        copy.merge(self)
        return copy

    def since(self, mark: Self) -> Self:
        """Give what was counted after an earlier copy of this histogram.

        The largest value is exact when it is the largest of all; otherwise it is told by the bound of its bucket.

        Raises:
            ValueError: for other bounds.
        """
        self._same(mark)
        rest = type(self)(self.bounds)
        rest.counts[:] = map(sub, self.counts, mark.counts)
        if min(rest.counts) < 0:
            rest.counts[:] = [max(count, 0) for count in rest.counts]
        rest.sum = self.sum - mark.sum
        if self.max > mark.max:
            rest.max = self.max
        elif any(rest.counts):
            rest.max = min([self.max, *self.bounds[rest._last : rest._last + 1]])
        return rest

    @property
    def _last(self) -> int:
        """The last bucket that holds any."""
        reached = list(accumulate(self.counts))
        return bisect_left(reached, reached[-1])

    def clear(self) -> None:
        """Start again from nothing."""
        self.counts[:] = [0] * len(self.counts)  # in place: who adds most holds the list
        self.sum = self.max = 0.0

    def _same(self, other: Histogram) -> None:
        if other.bounds != self.bounds:
            raise ValueError(
                f"histogram: expected {len(self.bounds)} equal bounds, got {len(other.bounds)} others. Use one list."
            )


class Spectrum(Histogram):
    """Times counted in narrow buckets, each with its sum: what many of them are equal to is told exactly, the rest nearly."""

    __slots__ = ("sums",)

    def __init__(self, bounds: Sequence[float] = FINE) -> None:
        super().__init__(bounds)
        self.sums = [0.0] * len(self.counts)

    def add(self, value: float) -> None:
        """Count a value."""
        self.put(bisect_left(self.bounds, value), 1, value)

    def add_many(self, count: int, value: float) -> None:
        """Count a value so many times."""
        self.put(bisect_left(self.bounds, value), count, value)

    def add_all(self, values: Sequence[float]) -> None:
        """Count values."""
        for value in values:
            self.add(value)

    def put(self, bucket: int, count: int, value: float) -> None:
        """Count a value so many times in a bucket that is known."""
        seconds = value * count
        self.counts[bucket] += count
        self.sums[bucket] += seconds
        self.sum += seconds
        if count and value > self.max:
            self.max = value

    def quantile(self, p: float) -> float:
        """Tell the mean of the bucket that holds the value which the share `p` of all does not exceed; of 1 the largest."""
        if p >= 1.0:
            return self.max
        reached = list(accumulate(self.counts))
        if not reached[-1]:
            return 0.0
        at = bisect_left(reached, max(ceil(p * reached[-1]), 1))
        return min(self.sums[at] / self.counts[at], self.max)

    def merge(self, other: Self) -> None:
        """Count what another one of the same bounds counted."""
        super().merge(other)
        self.sums[:] = map(add, self.sums, other.sums)

    def copy(self) -> Self:
        """Give the counts of this moment."""
        copy = type(self)(self.bounds)
        copy.counts[:], copy.sums[:], copy.sum, copy.max = self.counts, self.sums, self.sum, self.max
        return copy

    def since(self, mark: Self) -> Self:
        """Give what was counted after an earlier copy; the largest value is exact where it is that of all, else near."""
        rest = super().since(mark)
        rest.sums[:] = map(sub, self.sums, mark.sums)
        if self.max <= mark.max and any(rest.counts):
            rest.max = min(rest.sums[rest._last] / rest.counts[rest._last], self.max)
        return rest

    def clear(self) -> None:
        """Start again from nothing."""
        super().clear()
        self.sums[:] = [0.0] * len(self.sums)
