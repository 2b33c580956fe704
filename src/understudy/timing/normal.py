"""Waits spread evenly about a mean, cut off at zero because time does not run backwards."""

from __future__ import annotations

from typing import Any, ClassVar

from understudy.timing import ReadFile, no_files, seconds
from understudy.timing._parameters import DURATION, duration, mapping, named
from understudy.timing._tabled import Tabled


class Normal(Tabled, frozen=True):
    """The bell curve about a mean, without its part below zero; what is left is drawn as if the rest had been drawn again."""

    name: ClassVar[str] = "normal"
    centre: float
    stddev: float

    @classmethod
    def build(cls, value: Any, read: ReadFile = no_files) -> Normal:
        """Make it from `{mean, stddev}`."""
        del read
        given = named("normal", value, "mean: DURATION, stddev: DURATION")
        return cls(seconds(given["mean"]), duration("normal", "stddev", given["stddev"]))

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
        from understudy.timing._normal import deviate

        cut = self._cut
        if p < 0.5:
            return max(0.0, self.centre + self.stddev * deviate(cut + p * (1.0 - cut)))
        return max(0.0, self.centre - self.stddev * deviate((1.0 - p) * (1.0 - cut)))  # keeps the digits of 1 - p


LAW = Normal
