"""Waits whose logarithm is normal: as latencies mostly are, with a long upper tail."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from understudy.durations import LONGEST, short
from understudy.timing import Law, ReadFile, no_files
from understudy.timing._parameters import ABOVE_ZERO, above_zero, mapping, named, number
from understudy.timing._tabled import Tabled
from understudy.timing.fixed import Fixed

_LARGEST = 700.0  # e**700 is near the largest float
_WAYS = ("median: DURATION, p99: DURATION", "mean: DURATION, cv: NUMBER")


class Lognormal(Tabled, frozen=True):
    """As latencies mostly are: about the median, with a long upper tail; by median and p99, or mean and stddev / mean."""

    name: ClassVar[str] = "lognormal"
    mu: float
    sigma: float

    @classmethod
    def build(cls, value: Any, read: ReadFile = no_files) -> Law:
        """Make it from `{median, p99}` or `{mean, cv}`; a law without spread is fixed."""
        del read
        given = named("lognormal", value, *_WAYS)
        if "median" in given:
            from understudy.timing._normal import deviate

            median, p99 = (above_zero("lognormal", key, given[key]) for key in ("median", "p99"))
            if p99 < median:
                raise ValueError(f"lognormal {short(value)}: expected median to be at most p99")
            return cls(math.log(median), math.log(p99 / median) / deviate(0.99)) if median < p99 else Fixed(median)
        mean, cv = above_zero("lognormal", "mean", given["mean"]), number("lognormal", "cv", given["cv"], 0, 100)
        variance = math.log1p(cv * cv)
        return cls(math.log(mean) - variance / 2, math.sqrt(variance)) if variance else Fixed(mean)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of the parameters."""
        cv = {"type": "number", "minimum": 0, "maximum": 100, "description": "stddev / mean"}
        known = {"median": ABOVE_ZERO, "p99": ABOVE_ZERO, "mean": ABOVE_ZERO, "cv": cv}
        return mapping(known, ("median", "p99"), ("mean", "cv"))

    @property
    def mean(self) -> float:
        """Seconds a wait takes on average."""
        return math.exp(min(self.mu + self.sigma**2 / 2, math.log(LONGEST)))

    def quantile(self, p: float) -> float:
        """Seconds that the part `p` of all waits does not exceed."""
        from understudy.timing._normal import deviate

        return math.exp(min(self.mu + self.sigma * deviate(p), _LARGEST))

    def quantiles(self, parts: tuple[float, ...]) -> Sequence[float]:
        """The quantiles at many points."""
        from understudy.timing._normal import deviates

        mu, sigma = self.mu, self.sigma
        return [math.exp(min(mu + sigma * z, _LARGEST)) for z in deviates(parts)]


LAW = Lognormal
