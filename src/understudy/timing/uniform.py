"""Any wait between two bounds, all equally likely."""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec import Struct

from understudy.model.ports import Random
from understudy.timing import seconds


class Uniform(Struct, frozen=True):
    """Wait between `low` and `high` seconds."""

    name: ClassVar[str] = "uniform"
    low: float
    high: float

    @classmethod
    def build(cls, value: Any) -> Uniform:
        """Make it from `{min, max}`."""
        if not isinstance(value, dict) or set(value) != {"min", "max"}:
            raise ValueError(f"uniform {value!r}: expected {{min: DURATION, max: DURATION}}")
        low, high = seconds(value["min"]), seconds(value["max"])
        if low > high:
            raise ValueError(f"uniform {value!r}: expected min to be at most max")
        return cls(low, high)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of the parameters."""
        duration = {"type": ["number", "string"]}
        return {
            "type": "object",
            "properties": {"min": duration, "max": duration},
            "required": ["min", "max"],
            "additionalProperties": False,
        }

    def draw(self, random: Random, purpose: str) -> float:
        """Seconds to wait."""
        return self.low + (self.high - self.low) * random.uniform(purpose)


LAW = Uniform
