"""Waits between events that come independently of each other."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from understudy.timing import ReadFile, no_files
from understudy.timing._parameters import ABOVE_ZERO, above_zero, mapping, named
from understudy.timing._tabled import Tabled


class Exponential(Tabled, frozen=True):
    """As between events that come independently of each other: mostly short, some long."""

    name: ClassVar[str] = "exponential"
    mean: float

    @classmethod
    def build(cls, value: Any, read: ReadFile = no_files) -> Exponential:
        """Make it from `{mean}`."""
        del read
        return cls(above_zero("exponential", "mean", named("exponential", value, "mean: DURATION")["mean"]))

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of the parameters."""
        return mapping({"mean": ABOVE_ZERO}, ("mean",))

    def quantile(self, p: float) -> float:
        """Seconds that the part `p` of all waits does not exceed."""
        return -self.mean * math.log1p(-p)


LAW = Exponential
