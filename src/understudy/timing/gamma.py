"""Waits that are sums of short ones: between exponential and nearly regular, as the shape says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from understudy.timing import Law, ReadFile, no_files
from understudy.timing._parameters import ABOVE_ZERO, above_zero, mapping, named, number
from understudy.timing._tabled import Tabled
from understudy.timing.fixed import Fixed

_WAYS = ("mean: DURATION, cv: NUMBER", "shape: NUMBER, scale: DURATION")
_SHAPE, _CV = (0.01, 10_000.0), (0.01, 10.0)  # the same bounds, for the shape is 1 / cv**2


class Gamma(Tabled, frozen=True):
    """As sums of exponential waits: exponential at a cv (stddev / mean) of 1, more regular below, burstier above."""

    name: ClassVar[str] = "gamma"
    shape: float
    scale: float

    @classmethod
    def build(cls, value: Any, read: ReadFile = no_files) -> Law:
        """Make it from `{mean, cv}` or `{shape, scale}`; a law without spread is fixed."""
        del read
        given = named("gamma", value, *_WAYS)
        if "shape" in given:
            return cls(number("gamma", "shape", given["shape"], *_SHAPE), above_zero("gamma", "scale", given["scale"]))
        mean, cv = above_zero("gamma", "mean", given["mean"]), number("gamma", "cv", given["cv"], *_CV, or_zero=True)
        return cls(1.0 / (cv * cv), mean * cv * cv) if cv else Fixed(mean)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of the parameters."""
        shape = {"type": "number", "minimum": _SHAPE[0], "maximum": _SHAPE[1]}
        cv = {"anyOf": [{"const": 0}, {"type": "number", "minimum": _CV[0], "maximum": _CV[1]}], "description": "stddev / mean"}
        known = {"mean": ABOVE_ZERO, "cv": cv, "shape": shape, "scale": ABOVE_ZERO}
        return mapping(known, ("mean", "cv"), ("shape", "scale"))

    @property
    def mean(self) -> float:
        """Seconds a wait takes on average."""
        return self.shape * self.scale

    def quantile(self, p: float) -> float:
        """Seconds that the part `p` of all waits does not exceed."""
        from understudy.timing._gamma import log_quantile

        return self.scale * math.exp(log_quantile(self.shape, p))

    def quantiles(self, parts: tuple[float, ...]) -> Sequence[float]:
        """The quantiles at many points in rising order, with an error far below the width of a cell."""
        from understudy.timing._gamma import log_quantiles

        return [self.scale * math.exp(value) for value in log_quantiles(self.shape, parts)]


LAW = Gamma
