"""`turn`: how many user messages the conversation has; 1 is the first question."""

from __future__ import annotations

from typing import Any, TypeGuard

from understudy.matching._conditions import NO_GROUPS, Condition, Groups, Problems, Test
from understudy.model.call import Call
from understudy.model.http import Request

_BOUNDS = ("min", "max")


def turn_of(call: Call) -> int:
    """Count the user messages; a prompt without messages is the first turn."""
    if not call.messages:
        return 1 if call.user else 0
    return sum([message.role == "user" for message in call.messages])


class TurnCondition:
    """Holds when the turn lies between two numbers, both included; None = no bound."""

    key = "turn"

    def __init__(self, low: int | None, high: int | None) -> None:
        self._low = low
        self._high = high

        def test(call: Call, _request: Request) -> Groups | None:
            turn = turn_of(call)
            fits = (low is None or low <= turn) and (high is None or turn <= high)
            return NO_GROUPS if fits else None

        self.test: Test = test

    def distance(self, call: Call, _request: Request) -> float:
        """The further away, the nearer to 1: one turn off is 0.5, two are 0.67."""
        turn = turn_of(call)
        off = max((self._low or 0) - turn, turn - (turn if self._high is None else self._high), 0)
        return 1 - 1 / (1 + off)

    def miss(self, call: Call, _request: Request) -> str:
        """Say what was wanted and what came."""
        return f"turn: expected {self._wanted()}, got {turn_of(call)}"

    def describe(self) -> str:
        """Say what is wanted."""
        return f"turn: {self._wanted()}"

    def _wanted(self) -> str:
        if self._low == self._high:
            return str(self._low)
        if self._high is None:
            return f"{self._low} or more"
        return f"at most {self._high}" if self._low is None else f"{self._low} to {self._high}"


class TurnMatcher:
    """A number, or a mapping with min and max."""

    name = "turn"
    summary = "How many user messages there are, the last one included: a number, or min and max."

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the value."""
        number = {"type": "integer", "minimum": 0}
        bounds = {
            "type": "object",
            "properties": dict.fromkeys(_BOUNDS, number),
            "additionalProperties": False,
            "minProperties": 1,
        }
        return {"description": self.summary, "anyOf": [number, bounds]}

    def build(self, value: object, problems: Problems) -> list[Condition]:
        """Compile the value."""
        if not isinstance(value, dict):
            return [TurnCondition(value, value)] if _is_count(value, problems) else []
        unknown = [key for key in value if key not in _BOUNDS]
        for key in unknown:
            problems.unknown("bound", key, _BOUNDS)
        good = [_is_count(value[key], problems.at(key)) for key in _BOUNDS if key in value]
        if unknown or not all(good):
            return []
        if not good:
            problems.expected("min, max or both", value)
            return []
        low, high = value.get("min"), value.get("max")
        if low is not None and high is not None and low > high:
            problems.add(f"expected min not above max, got min {low}, max {high}.")
            return []
        return [TurnCondition(low, high)]


def _is_count(value: object, problems: Problems) -> TypeGuard[int]:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return True
    problems.expected("a number of user messages from 0 up", value)
    return False


MATCHER = TurnMatcher()
