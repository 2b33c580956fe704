"""The model calls tools far more often at once than anybody asked for."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta, structs

from understudy.faults import Striking
from understudy.faults._meaning import CallMeaning
from understudy.model.reply import ToolCall


class TooManyCalls(CallMeaning, frozen=True):
    """Repeat the tool calls until there are `count` (20), each with an identifier of its own.

    Nobody asks whether the client permits parallel calls.
    """

    name: ClassVar[str] = "too-many-calls"
    help: ClassVar[str] = "`count` (20) tool calls in one answer"
    places: ClassVar[tuple[str, ...]] = ()
    count: Annotated[int, Meta(ge=2, le=1000)] = 20

    def recall(self, calls: tuple[ToolCall, ...], context: Striking) -> tuple[ToolCall, ...]:
        """Repeat the calls by turns."""
        del context
        more = (structs.replace(calls[number % len(calls)], id=None) for number in range(len(calls), self.count))
        return (*calls, *more)


FAULT = TooManyCalls
