"""The arguments of tool calls break off, although the answer ends as if all were said."""

from __future__ import annotations

from typing import Any, ClassVar

from understudy.faults import Striking
from understudy.faults._meaning import CallMeaning


class TruncatedArguments(CallMeaning, frozen=True):
    """Send the first half of the arguments of every tool call only; the finish reason stays what it is."""

    name: ClassVar[str] = "truncated-arguments"
    help: ClassVar[str] = "the arguments of tool calls break off in the middle"
    places: ClassVar[tuple[str, ...]] = ()

    def argue(self, arguments: str, schema: dict[str, Any], context: Striking) -> str:
        """Keep the first half."""
        del schema, context
        return arguments[: (len(arguments) + 1) // 2]


FAULT = TruncatedArguments
