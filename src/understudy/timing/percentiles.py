"""Waits by a table of percentiles, as measurements report them.

Between two percentiles the logarithm of the wait is linear in the normal deviate of p, so that each piece is a piece of a
lognormal law: monotone, and right everywhere when the data are lognormal. Where there is no such line, which is towards a p0 or
a p100 and up from a wait of 0, the wait itself is linear in p.

The first and the last piece go on beyond the table: nothing is cut off at the highest percentile that was given. But how steep
the last one is says little of what follows when the data have a gap there, as between tokens that come together and tokens that
do not. So no tail is wider than that of the widest lognormal law, and a straight piece, whose line would soon end, is followed
by an exponential law whose mean is what the piece rises by.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, ClassVar

from msgspec import Struct

from understudy.durations import LONGEST, short
from understudy.timing import Law, ReadFile, no_files
from understudy.timing._parameters import DURATION, duration
from understudy.timing._tabled import Tabled
from understudy.timing.fixed import Fixed

_PERCENTILE = re.compile(r"p(100|[0-9]{1,2}(?:\.[0-9]{1,6})?)")
_STEEPEST = math.sqrt(math.log1p(100.0**2))  # the slope of a lognormal law with a cv of 100

Point = tuple[float, float]  # p and the wait there


class Percentiles(Tabled, frozen=True):
    """By two or more percentiles, any from p0 to p100: each piece between two is lognormal, the last one goes on."""

    name: ClassVar[str] = "percentiles"
    points: tuple[Point, ...]

    @classmethod
    def build(cls, value: Any, read: ReadFile = no_files) -> Law:
        """Make it from `{p50, p90, p95, p99}` or other percentiles; a law without spread is fixed."""
        del read
        if not isinstance(value, dict) or len(value) < 2:
            expected = "two or more of them, such as {p50: DURATION, p99: DURATION}"
            raise ValueError(f"percentiles {short(value)}: expected {expected}")
        points: dict[float, float] = {}
        for name, wait in value.items():
            p, found = _point(name, wait)
            if p in points:
                raise ValueError(f"percentiles {name!r}: expected each percentile once, got it twice")
            points[p] = found
        ordered = sorted(points.items())
        for (low, shorter), (high, longer) in pairwise(ordered):
            if shorter > longer:
                raise ValueError(
                    f"percentiles p{low * 100:g} and p{high * 100:g}: expected waits that do not fall, "
                    f"got {shorter * 1000:g}ms and {longer * 1000:g}ms"
                )
        (_, shortest), (_, longest) = ordered[0], ordered[-1]
        return cls(tuple(ordered)) if shortest < longest else Fixed(shortest)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of the parameters."""
        return {
            "type": "object",
            "properties": dict.fromkeys(("p50", "p90", "p95", "p99"), DURATION),
            "patternProperties": {f"^{_PERCENTILE.pattern}$": DURATION},
            "minProperties": 2,
            "additionalProperties": False,
        }

    @property
    def mean(self) -> float:
        """Seconds a wait takes on average."""
        return min(sum(piece.share(low, high) for low, high, piece in self._pieces()), LONGEST)

    def quantile(self, p: float) -> float:
        """Seconds that the part `p` of all waits does not exceed."""
        at = max(bisect_right(self.points, (p, math.inf)), 1)
        start, end = self.points[at - 1 : at + 1] if at < len(self.points) else self.points[-2:]
        piece = _between(start, end) if p <= end[0] else _beyond(start, end)
        return piece.waits((p,))[0]

    def quantiles(self, parts: tuple[float, ...]) -> Sequence[float]:
        """The quantiles at many points in rising order."""
        found: list[float] = []
        for _, high, piece in self._pieces():
            found += piece.waits(parts[len(found) : bisect_left(parts, high)])
        return found

    def _pieces(self) -> Iterator[tuple[float, float, _Piece]]:
        """The pieces between and beyond the percentiles, each with the p it begins and ends at."""
        for start, end in pairwise(self.points):
            yield (0.0 if start is self.points[0] else start[0]), end[0], _between(start, end)
        if end[0] < 1.0:
            yield end[0], 1.0, _beyond(start, end)


def _point(name: object, wait: object) -> Point:
    match = _PERCENTILE.fullmatch(name) if isinstance(name, str) else None
    if not match:
        raise ValueError(f"percentiles {short(name)}: expected a percentile from p0 to p100 such as p50 or p99.9")
    return float(match[1]) / 100, duration("percentiles", match[0], wait)


class _Straight(Struct, frozen=True):
    """A line over p from one point through another; no wait where it is below 0."""

    start: Point
    end: Point

    def waits(self, parts: Sequence[float]) -> list[float]:
        (low, shorter), (high, longer) = self.start, self.end
        return [max(0.0, shorter + (longer - shorter) * (p - low) / (high - low)) for p in parts]

    def share(self, low: float, high: float) -> float:
        """What the waits from `low` to `high` add to the mean."""
        slope = (self.end[1] - self.start[1]) / (self.end[0] - self.start[0])
        above = max(low, self.start[0] - self.start[1] / slope) if slope else low
        return (high - above) * sum(self.waits((above, high))) / 2


class _Lognormal(Struct, frozen=True):
    """A line of the logarithm over the normal deviate: where it is at 0, and how much it rises."""

    level: float
    slope: float

    def waits(self, parts: Sequence[float]) -> list[float]:
        from understudy.timing._normal import deviate

        level, slope = self.level, self.slope
        return [math.exp(level + slope * deviate(p)) for p in parts]

    def share(self, low: float, high: float) -> float:
        """What the waits from `low` to `high` add to the mean."""
        return self._up_to(high) - self._up_to(low)

    def _up_to(self, p: float) -> float:
        if p <= 0.0:
            return 0.0
        if p >= 1.0:
            return math.exp(self.level + self.slope * self.slope / 2)
        from understudy.timing._normal import density, deviate, mills

        z = deviate(p)
        return math.exp(self.level + self.slope * z) * density(z) * mills(self.slope - z)  # also where the slope is huge


class _Exponential(Struct, frozen=True):
    """An exponential law from a point on."""

    start: Point
    excess: float

    def waits(self, parts: Sequence[float]) -> list[float]:
        low, wait = self.start
        return [wait + self.excess * math.log((1.0 - low) / (1.0 - p)) for p in parts]

    def share(self, low: float, high: float) -> float:
        """What the waits from `low` to `high`, which are all there are, add to the mean."""
        return (high - low) * (self.start[1] + self.excess)


_Piece = _Straight | _Lognormal | _Exponential


def _between(start: Point, end: Point) -> _Straight | _Lognormal:
    if start[0] <= 0.0 or end[0] >= 1.0 or start[1] <= 0.0:
        return _Straight(start, end)
    from understudy.timing._normal import deviate

    slope = math.log(end[1] / start[1]) / (deviate(end[0]) - deviate(start[0]))
    return _Lognormal(math.log(start[1]) - slope * deviate(start[0]), slope)


def _beyond(start: Point, end: Point) -> _Piece:
    """What follows the last piece."""
    piece = _between(start, end)
    if isinstance(piece, _Straight):
        return _Exponential(end, end[1] - start[1])
    if piece.slope <= _STEEPEST:
        return piece
    from understudy.timing._normal import deviate

    return _Lognormal(math.log(end[1]) - _STEEPEST * deviate(end[0]), _STEEPEST)


LAW = Percentiles
