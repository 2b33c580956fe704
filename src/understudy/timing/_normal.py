"""The standard normal law, for the laws that are made of it. Imported when one of them is used: it takes some 10 ms."""

from __future__ import annotations

from statistics import NormalDist

_STANDARD = NormalDist()

deviate = _STANDARD.inv_cdf
"""The value that the part p of all draws does not exceed."""
below = _STANDARD.cdf
"""The part of all draws below a value."""
density = _STANDARD.pdf
"""The density at a value."""
