"""One event that is larger than any buffer was made for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

from msgspec import Meta

from understudy.faults import Striking
from understudy.faults._events import Event, EventFault, put_before
from understudy.faults._fault import is_sse
from understudy.model.frame import Stream


class HugeEvent(EventFault, frozen=True):
    """Make the text of an event `bytes` (1048576) long; the first that carries text unless `at` says otherwise.

    At an event that carries no text a comment of that size is sent before it, an event to faults with a place behind it.
    """

    name: ClassVar[str] = "huge-event"
    help: ClassVar[str] = "an event of a stream with `bytes` (1048576) of text; no effect on whole answers"
    bytes: Annotated[int, Meta(ge=1, le=64 << 20)] = 1 << 20

    def changed(self, events: list[Event], index: int, stream: Stream, context: Striking) -> Iterable[Event]:
        """Blow one event up."""
        filler = b"x" * self.bytes
        for event in events[index : index + 1]:
            said = stream.grammar.say(event.data, filler) if stream.grammar else None
            if said is not None:
                return [*events[:index], event._replace(data=said), *events[index + 1 :]]
        return put_before(events, index, b": " + filler + context.line_end * 2) if is_sse(stream.content_type) else events


FAULT = HugeEvent
