"""Waits whose logarithm is normal: as latencies mostly are, with a long upper tail."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from understudy.timing import LONGEST, ReadFile, no_files
from understudy.timing._parameters import DURATION, duration, mapping, named, number
from understudy.timing._tabled import Tabled

_WAYS = ("median: DURATION, p99: DURATION", "mean: DURATION, cv: NUMBER")


class Lognormal(Tabled, frozen=True):
    """As latencies mostly are: about the median, with a long upper tail; by median and p99, or mean and stddev / mean."""

    name: ClassVar[str] = "lognormal"
    mu: float
    sigma: float

    @classmethod
    def build(cls, value: Any, read: ReadFile = no_files) -> Lognormal:
        """Make it from `{median, p99}` or `{mean, cv}`."""
        del read
        given = named("lognormal", value, *_WAYS)
        if "median" in given:
            from understudy.timing._normal import deviate

            median, p99 = (duration("lognormal", key, given[key]) for key in ("median", "p99"))
            if p99 < median:
                raise ValueError(f"lognormal {value!r}: expected median to be at most p99")
            return cls(math.log(median), math.log(p99 / median) / deviate(0.99))
        mean, cv = duration("lognormal", "mean", given["mean"]), number("lognormal", "cv", given["cv"], 0, 100)
        variance = math.log1p(cv * cv)
        return cls(math.log(mean) - variance / 2, math.sqrt(variance))

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of the parameters."""
        cv = {"type": "number", "minimum": 0, "maximum": 100, "description": "stddev / mean"}
        known = {"median": DURATION, "p99": DURATION, "mean": DURATION, "cv": cv}
        return mapping(known, ("median", "p99"), ("mean", "cv"))

    @property
    def mean(self) -> float:
        """Seconds a wait takes on average."""
        return math.exp(min(self.mu + self.sigma**2 / 2, math.log(LONGEST)))

    def quantile(self, p: float) -> float:
        """Seconds that the part `p` of all waits does not exceed."""
        from understudy.timing._normal import deviate

        return math.exp(min(self.mu + self.sigma * deviate(p), 700.0))  # e**700 is near the largest float


LAW = Lognormal
