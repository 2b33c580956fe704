"""The same wait every time."""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec import Struct

from understudy.model.ports import Random
from understudy.timing import seconds


class Fixed(Struct, frozen=True):
    """Wait `wait` seconds."""

    name: ClassVar[str] = "fixed"
    wait: float

    @classmethod
    def build(cls, value: Any) -> Fixed:
        """Make it from a duration."""
        return cls(seconds(value))

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of the parameters."""
        return {"type": ["number", "string"], "description": "a duration: milliseconds when bare, or 250ms, 1.5s"}

    def draw(self, random: Random, purpose: str) -> float:
        """Seconds to wait."""
        del random, purpose
        return self.wait


LAW = Fixed
