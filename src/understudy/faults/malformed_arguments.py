"""The arguments of tool calls are no JSON: a comma stands where none may."""

from __future__ import annotations

from typing import Any, ClassVar

from understudy.faults import Striking
from understudy.faults._meaning import CallMeaning


class MalformedArguments(CallMeaning, frozen=True):
    """Put a comma behind the last argument of every tool call, before the brace, so that it is no JSON."""

    name: ClassVar[str] = "malformed-arguments"
    help: ClassVar[str] = "the arguments of tool calls are no JSON: a comma too many"
    places: ClassVar[tuple[str, ...]] = ()

    def argue(self, arguments: str, schema: dict[str, Any], context: Striking) -> str:
        """Add the comma."""
        del schema, context
        return arguments[:-1] + ",}" if arguments.endswith("}") else arguments + ","


FAULT = MalformedArguments
