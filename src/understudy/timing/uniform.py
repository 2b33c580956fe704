"""Any wait between two bounds, all equally likely."""

from __future__ import annotations

from typing import Any, ClassVar

from understudy.durations import short
from understudy.timing import Law, ReadFile, no_files
from understudy.timing._parameters import DURATION, duration, mapping, named
from understudy.timing._tabled import Tabled
from understudy.timing.fixed import Fixed


class Uniform(Tabled, frozen=True):
    """Any wait between two bounds, all equally likely."""

    name: ClassVar[str] = "uniform"
    low: float
    high: float

    @classmethod
    def build(cls, value: Any, read: ReadFile = no_files) -> Law:
        """Make it from `{min, max}`; a law without spread is fixed."""
        del read
        given = named("uniform", value, "min: DURATION, max: DURATION")
        low, high = (duration("uniform", key, given[key]) for key in ("min", "max"))
        if low > high:
            raise ValueError(f"uniform {short(value)}: expected min to be at most max")
        return cls(low, high) if low < high else Fixed(low)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of the parameters."""
        return mapping({"min": DURATION, "max": DURATION}, ("min", "max"))

    @property
    def mean(self) -> float:
        """Seconds a wait takes on average."""
        return (self.low + self.high) / 2

    def quantile(self, p: float) -> float:
        """Seconds that the part `p` of all waits does not exceed."""
        return self.low + (self.high - self.low) * p


LAW = Uniform
