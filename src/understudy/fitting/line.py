"""A straight line through points, by least squares."""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct


class Line(Struct, frozen=True):
    """`start + slope * x`; `error` is the standard error of the slope, `explained` the share of the variance (R squared)."""

    start: float
    slope: float
    error: float
    explained: float


def through(xs: Sequence[float], ys: Sequence[float]) -> Line | None:
    """Fit a line; None when there are fewer than three points or all stand above one another."""
    count = len(xs)
    middle = math.fsum(xs) / max(count, 1)
    spread = math.fsum((x - middle) ** 2 for x in xs)
    if count < 3 or spread == 0:
        return None
    height = math.fsum(ys) / count
    slope = math.fsum((x - middle) * (y - height) for x, y in zip(xs, ys, strict=True)) / spread
    start = height - slope * middle
    left = math.fsum((y - start - slope * x) ** 2 for x, y in zip(xs, ys, strict=True))
    whole = math.fsum((y - height) ** 2 for y in ys)
    return Line(start, slope, math.sqrt(left / (count - 2) / spread), 1 - left / whole if whole else 1.0)
