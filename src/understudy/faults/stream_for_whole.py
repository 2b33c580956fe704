"""A stream comes where one document was asked for."""

from __future__ import annotations

from typing import ClassVar, Final

from understudy.faults import Fault, Striking
from understudy.model.reply import Reply

_STREAMED: Final = ("chat", "completion")


class StreamForWhole(Fault, frozen=True):
    """Answer a chat or a completion with a stream although one document was asked for."""

    name: ClassVar[str] = "stream-for-whole"
    help: ClassVar[str] = "a stream where one JSON document was asked for; chats and completions only"
    places: ClassVar[tuple[str, ...]] = ()

    def on_reply(self, reply: Reply, context: Striking) -> Reply:
        """Have the reply encoded as a stream."""
        if context.call.operation in _STREAMED:
            context.call.stream = True
        return reply


FAULT = StreamForWhole
