"""Tool calls share one identifier, so that their results cannot be told apart."""

from __future__ import annotations

from typing import ClassVar

from msgspec import structs

from understudy.faults import Striking
from understudy.faults._meaning import CallMeaning
from understudy.model.reply import ToolCall


class DuplicateCallIds(CallMeaning, frozen=True):
    """Give all tool calls the identifier of the first, a drawn one if it has none; a single call comes twice."""

    name: ClassVar[str] = "duplicate-call-ids"
    help: ClassVar[str] = "all tool calls have the same identifier; a single call comes twice"
    places: ClassVar[tuple[str, ...]] = ()

    def recall(self, calls: tuple[ToolCall, ...], context: Striking) -> tuple[ToolCall, ...]:
        """Name all calls alike."""
        shared = calls[0].id or "call_" + "".join(f"{word:04x}" for word in context.random.words("call-id", 6))
        return tuple(structs.replace(call, id=shared) for call in (calls if len(calls) > 1 else calls * 2))


FAULT = DuplicateCallIds
