"""The model answers nothing at all and ends as if it had."""

from __future__ import annotations

from typing import ClassVar

from understudy.faults import Striking
from understudy.faults._meaning import Meaning
from understudy.model.reply import Reasoning, Reply


class EmptyContent(Meaning, frozen=True):
    """Say nothing: no text, no tool calls. What was thought stays."""

    name: ClassVar[str] = "empty-content"
    help: ClassVar[str] = "an answer without text and without tool calls"
    places: ClassVar[tuple[str, ...]] = ()

    def mean(self, reply: Reply, context: Striking) -> Reply:
        """Leave out what is said."""
        del context
        thought = tuple(block for block in reply.blocks if isinstance(block, Reasoning))
        return Reply(thought, "stop", headers=reply.headers)


FAULT = EmptyContent
