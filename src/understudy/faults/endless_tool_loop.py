"""The model asks for the same tool call over and over, whatever the tool answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from understudy.faults import Striking
from understudy.faults._meaning import Meaning, calling, first_call
from understudy.model.reply import Reply, ToolCall


class EndlessToolLoop(Meaning, frozen=True):
    """Answer with the last tool calls of the conversation again, whether or not results came.

    The first time these are the reply's own, or a call that is made.
    """

    name: ClassVar[str] = "endless-tool-loop"
    help: ClassVar[str] = "every answer is the last tool call again, tool results or not"
    places: ClassVar[tuple[str, ...]] = ()

    def mean(self, reply: Reply, context: Striking) -> Reply:
        """Call again."""
        last = next((message.tool_calls for message in reversed(context.call.messages) if message.tool_calls), None)
        again = tuple(_again(last or []))
        if again:
            return calling(reply, again)
        if any(isinstance(block, ToolCall) for block in reply.blocks):
            return reply
        made = first_call(context)
        return reply if made is None else calling(reply, (made,))


def _again(calls: list[Any]) -> Iterator[ToolCall]:
    for call in calls:
        kind = "custom" if isinstance(call, dict) and "custom" in call else "function"
        told = call.get(kind) if isinstance(call, dict) else None
        if isinstance(told, dict) and isinstance(told.get("name"), str):
            arguments = told.get("input" if kind == "custom" else "arguments")
            yield ToolCall(told["name"], arguments if isinstance(arguments, str) else "{}", kind=kind)


FAULT = EndlessToolLoop
