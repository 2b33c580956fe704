"""An event of a type that no client knows: providers add types, and ask clients to pass over those they do not know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from understudy.faults import Answers, Striking
from understudy.faults._events import Event, EventFault, put_before
from understudy.faults._fault import is_sse
from understudy.model.frame import Stream


class UnknownEvent(EventFault, frozen=True):
    """Put an event of `type` (vendor.unknown) before an event, the first that carries text unless `at` says otherwise.

    Its data is the JSON object `{"type": TYPE}`, or `data`.
    """

    name: ClassVar[str] = "unknown-event"
    help: ClassVar[str] = "an event of an unknown `type` with any `data` in an SSE stream; no effect on whole answers"
    answers: ClassVar[Answers] = "SSE streams"
    type: Annotated[str, Meta(pattern=r"^[!-~]{1,200}$")] = "vendor.unknown"
    data: Annotated[str, Meta(pattern=r"^[^\r\n]*$", max_length=65536)] | None = None

    def changed(self, events: list[Event], index: int, stream: Stream, context: Striking) -> Iterable[Event]:
        """Insert the event."""
        if not is_sse(stream.content_type):
            return events
        data = msgspec.json.encode({"type": self.type}) if self.data is None else self.data.encode()
        end = context.line_end
        return put_before(events, index, b"event: " + self.type.encode() + end + b"data: " + data + end * 2)


FAULT = UnknownEvent
