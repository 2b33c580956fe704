"""Waits by a table of percentiles, as measurements report them.

Between two percentiles the logarithm of the wait is linear in the normal deviate of p, so that each piece is a piece of a
lognormal law: monotone, and right everywhere when the data are lognormal. Towards a p0 or a p100 the wait is linear in p. The
first and the last piece go on beyond the table: nothing is cut off at the highest percentile that was given.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from itertools import pairwise
from typing import Any, ClassVar

from understudy.timing import LONGEST, ReadFile, no_files, seconds
from understudy.timing._parameters import DURATION
from understudy.timing._tabled import Tabled

_PERCENTILE = re.compile(r"p(100|[0-9]{1,2}(?:\.[0-9]{1,6})?)")
_LEAST = 1e-9  # a wait of 0 counts as a nanosecond, which has a logarithm
_LARGEST = 700.0  # e**700 is near the largest float

Point = tuple[float, float]  # p and the wait there


class Percentiles(Tabled, frozen=True):
    """By two or more percentiles, any from p0 to p100: each piece between two is lognormal, the last one goes on."""

    name: ClassVar[str] = "percentiles"
    points: tuple[Point, ...]

    @classmethod
    def build(cls, value: Any, read: ReadFile = no_files) -> Percentiles:
        """Make it from `{p50, p90, p95, p99}` or other percentiles."""
        del read
        if not isinstance(value, dict) or len(value) < 2:
            raise ValueError(f"percentiles {value!r}: expected two or more of them, such as {{p50: DURATION, p99: DURATION}}")
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
        return cls(tuple(ordered))

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
        total, last = 0.0, len(self.points) - 2
        for at, (start, end) in enumerate(pairwise(self.points)):
            total += _share(start, end, 0.0 if at == 0 else start[0], 1.0 if at == last else end[0])
        return min(total, LONGEST)

    def quantile(self, p: float) -> float:
        """Seconds that the part `p` of all waits does not exceed."""
        at = min(max(bisect_right(self.points, (p, math.inf)), 1), len(self.points) - 1)
        start, end = self.points[at - 1 : at + 1]
        if _is_straight(start, end):
            return max(0.0, _straight(start, end, p))
        from understudy.timing._normal import deviate

        level, slope = _line(start, end)
        return math.exp(min(level + slope * deviate(p), _LARGEST))


def _point(name: object, wait: object) -> Point:
    match = _PERCENTILE.fullmatch(name) if isinstance(name, str) else None
    if not match:
        raise ValueError(f"percentiles {name!r}: expected a percentile from p0 to p100 such as p50 or p99.9")
    try:
        return float(match[1]) / 100, max(seconds(wait), _LEAST)
    except ValueError as error:
        raise ValueError(f"percentiles {name}: {error}") from None


def _is_straight(start: Point, end: Point) -> bool:
    return start[0] <= 0.0 or end[0] >= 1.0


def _straight(start: Point, end: Point, p: float) -> float:
    return start[1] + (end[1] - start[1]) * (p - start[0]) / (end[0] - start[0])


def _line(start: Point, end: Point) -> tuple[float, float]:
    """The logarithm of the wait as a line over the normal deviate: where it is at 0, and how much it rises."""
    from understudy.timing._normal import deviate

    first, last = deviate(start[0]), deviate(end[0])
    slope = math.log(end[1] / start[1]) / (last - first)
    return math.log(start[1]) - slope * first, slope


def _share(start: Point, end: Point, low: float, high: float) -> float:
    """What the waits from `low` to `high` add to the mean."""
    if _is_straight(start, end):
        return (high - low) * max(0.0, _straight(start, end, (low + high) / 2))
    from understudy.timing._normal import below, deviate

    level, slope = _line(start, end)
    upper = below(slope - deviate(low)) if low > 0.0 else 1.0  # the parts above, which keep their digits in the upper tail
    lower = below(slope - deviate(high)) if high < 1.0 else 0.0
    return math.exp(min(level + slope * slope / 2, _LARGEST)) * (upper - lower)


LAW = Percentiles
