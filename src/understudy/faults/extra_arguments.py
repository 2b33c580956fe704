"""An argument comes that the tool does not know."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from understudy.faults._meaning import MemberMeaning


class ExtraArguments(MemberMeaning, frozen=True):
    """Add an argument to every tool call: `argument` (`unexpected`), with underscores while the tool has one of that name."""

    name: ClassVar[str] = "extra-arguments"
    help: ClassVar[str] = "tool calls have an argument more that the tool does not know: `argument` (unexpected)"
    places: ClassVar[tuple[str, ...]] = ()
    argument: Annotated[str, Meta(min_length=1, max_length=64)] = "unexpected"

    def remember(self, given: dict[str, Any], schema: dict[str, Any]) -> Any:
        """Add the argument."""
        known = schema.get("properties")
        name, taken = self.argument, {*given, *(known if isinstance(known, dict) else ())}
        while name in taken:
            name += "_"
        return {**given, name: "unexpected"}


FAULT = ExtraArguments
