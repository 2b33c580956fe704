"""The same wait every time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from msgspec import Struct

from understudy.durations import duration_schema, seconds
from understudy.model.ports import Random
from understudy.timing import ReadFile, no_files


class Fixed(Struct, frozen=True):
    """The same wait every time."""

    name: ClassVar[str] = "fixed"
    wait: float

    @classmethod
    def build(cls, value: Any, read: ReadFile = no_files) -> Fixed:
        """Make it from a duration."""
        del read
        return cls(seconds(value))

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of the parameters."""
        return {**duration_schema(), "description": "a duration: milliseconds when bare, or 250ms, 1.5s"}

    @property
    def mean(self) -> float:
        """Seconds a wait takes on average."""
        return self.wait

    def quantile(self, p: float) -> float:
        """Seconds that the part `p` of all waits does not exceed."""
        del p
        return self.wait

    def prepare(self) -> None:
        """Nothing is to be made."""

    def draw(self, random: Random, purpose: str) -> float:
        """Seconds of a single wait."""
        del random, purpose
        return self.wait

    def waits(self, random: Random, purpose: str, count: int, first: int = 0) -> Sequence[float]:
        """Seconds of `count` waits."""
        del random, purpose, first
        return [self.wait] * count


LAW = Fixed
