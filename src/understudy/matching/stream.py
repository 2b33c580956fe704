"""`stream`: whether the answer is to be streamed."""

from __future__ import annotations

from typing import Any

from understudy.matching._conditions import NO_GROUPS, Condition, Groups, Problems, Test
from understudy.model.call import Call
from understudy.model.http import Request


class StreamCondition:
    """Holds when the call streams, or when it does not."""

    key = "stream"

    def __init__(self, wanted: bool) -> None:
        self._wanted = "true" if wanted else "false"

        def test(call: Call, _request: Request) -> Groups | None:
            return NO_GROUPS if call.stream is wanted else None

        self.test: Test = test

    def distance(self, call: Call, request: Request) -> float:
        """0 or 1."""
        return 0.0 if self.test(call, request) is not None else 1.0

    def miss(self, call: Call, _request: Request) -> str:
        """Say what was wanted and what came."""
        return f"stream: expected {self._wanted}, got {'true' if call.stream else 'false'}"

    def describe(self) -> str:
        """Say what is wanted."""
        return f"stream: {self._wanted}"


class StreamMatcher:
    """True or false."""

    name = "stream"
    summary = "Whether the answer is to be streamed."

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the value."""
        return {"description": self.summary, "type": "boolean"}

    def build(self, value: object, problems: Problems) -> list[Condition]:
        """Compile the value."""
        if isinstance(value, bool):
            return [StreamCondition(value)]
        problems.expected("true or false", value)
        return []


MATCHER = StreamMatcher()
