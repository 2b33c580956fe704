"""Waits spread evenly about a mean, cut off at zero because time does not run backwards."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, ClassVar

from understudy.timing import Law, ReadFile, no_files
from understudy.timing._parameters import DURATION, duration, mapping, named
from understudy.timing._tabled import Tabled
from understudy.timing.fixed import Fixed


class Normal(Tabled, frozen=True):
    """The bell curve about a mean, without its part below zero; what is left is drawn as if the rest had been drawn again."""

    name: ClassVar[str] = "normal"
    centre: float
    stddev: float

    @classmethod
    def build(cls, value: Any, read: ReadFile = no_files) -> Law:
        """Make it from `{mean, stddev}`; a law without spread is fixed."""
        del read
        given = named("normal", value, "mean: DURATION, stddev: DURATION")
        centre, stddev = (duration("normal", key, given[key]) for key in ("mean", "stddev"))
        return cls(centre, stddev) if stddev else Fixed(centre)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of the parameters."""
        return mapping({"mean": DURATION, "stddev": DURATION}, ("mean", "stddev"))

    @property
    def _cut(self) -> float:
        """The part of the whole bell that lies below zero."""
        from understudy.timing._normal import below

        return below(-self.centre / self.stddev)

    @property
    def mean(self) -> float:
        """Seconds a wait takes on average: more than the centre, by what is cut off."""
        from understudy.timing._normal import density

        return self.centre + self.stddev * density(self.centre / self.stddev) / (1.0 - self._cut)

    def quantile(self, p: float) -> float:
        """Seconds that the part `p` of all waits does not exceed."""
        return self.quantiles((p,))[0]

    def quantiles(self, parts: tuple[float, ...]) -> Sequence[float]:
        """The quantiles at many points in rising order."""
        from understudy.timing._normal import deviate

        cut, centre, stddev = self._cut, self.centre, self.stddev
        left = 1.0 - cut
        half = bisect_left(parts, 0.5)
        lower = [centre + stddev * deviate(cut + p * left) for p in parts[:half]]
        upper = [centre - stddev * deviate((1.0 - p) * left) for p in parts[half:]]  # keeps the digits of 1 - p
        return [max(0.0, wait) for wait in (*lower, *upper)]


LAW = Normal
