"""The model calls a tool that nobody offered, as models do that made one up."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta, structs

from understudy.faults import Striking
from understudy.faults._meaning import CallMeaning
from understudy.model.reply import ToolCall


class UnknownTool(CallMeaning, frozen=True):
    """Call the first tool by another name: `tool` (`unknown_tool`), with underscores while a tool of that name is offered."""

    name: ClassVar[str] = "unknown-tool"
    help: ClassVar[str] = "the first tool call names a tool that nobody offered: `tool` (unknown_tool)"
    places: ClassVar[tuple[str, ...]] = ()
    tool: Annotated[str, Meta(min_length=1, max_length=64)] = "unknown_tool"

    def recall(self, calls: tuple[ToolCall, ...], context: Striking) -> tuple[ToolCall, ...]:
        """Rename the first call."""
        name, offered = self.tool, {tool.name for tool in context.call.tools}
        while name in offered:
            name += "_"
        return (structs.replace(calls[0], name=name), *calls[1:])


FAULT = UnknownTool
