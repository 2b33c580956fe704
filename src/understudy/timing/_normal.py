"""The standard normal law, for the laws that are made of it. Imported when one of them is used: it takes some 10 ms."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

_STANDARD = NormalDist()

deviate = _STANDARD.inv_cdf
"""The value that the part p of all draws does not exceed."""
below = _STANDARD.cdf
"""The part of all draws below a value."""
density = _STANDARD.pdf
"""The density at a value."""


def mills(value: float) -> float:
    """The part of all draws above a value, by the density there (Mills' ratio)."""
    if value > 20.0:
        return 1.0 / (value + 1.0 / (value + 2.0 / (value + 3.0 / value)))  # Laplace's continued fraction
    return 0.5 * math.erfc(value / math.sqrt(2.0)) / density(value)


@lru_cache(maxsize=1)
def deviates(parts: tuple[float, ...]) -> tuple[float, ...]:
    """The deviates at many points, kept for the next law: all tables are made at the same ones."""
    return tuple(map(deviate, parts))
