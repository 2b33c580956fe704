"""An argument is missing that the schema of the tool requires."""

from __future__ import annotations

from typing import Any, ClassVar

from understudy.faults._meaning import MemberMeaning


class MissingRequired(MemberMeaning, frozen=True):
    """Leave out the first required argument of every tool call; of a tool that requires none, the first one."""

    name: ClassVar[str] = "missing-required"
    help: ClassVar[str] = "the first required argument of tool calls is missing"
    places: ClassVar[tuple[str, ...]] = ()

    def remember(self, given: dict[str, Any], schema: dict[str, Any]) -> Any:
        """Drop the argument."""
        required = schema.get("required")
        needed = [name for name in required if name in given] if isinstance(required, list) else []
        gone = next(iter(needed or given), None)
        return {name: value for name, value in given.items() if name != gone}


FAULT = MissingRequired
