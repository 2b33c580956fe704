"""A stream breaks: malformed JSON in place of an event, then the end.

Only the document is broken. What frames it stays sound, whatever the stream is made of: server-sent events keep their type,
lines their end, binary frames their headers and checksums. So it is the reader of the JSON that fails, and not the one before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from msgspec import structs

from understudy.faults import Striking
from understudy.faults._events import Event, EventFault, ended_behind
from understudy.faults._fault import is_sse
from understudy.model.frame import Body, Stream
from understudy.wire import eventstream

DOCUMENT: Final = b'{"broken": '
_BINARY: Final = "application/vnd.amazon.eventstream"


class Malformed(EventFault, frozen=True):
    """Put malformed JSON in place of an event and end the stream there; the first event unless `at` says otherwise.

    The type of the event, and what else frames it, stays.
    """

    name: ClassVar[str] = "malformed"
    help: ClassVar[str] = "an event of a stream is malformed JSON and the last one sent; no effect on whole answers"

    def on_frames(self, answer: Body | Stream, context: Striking) -> Body | Stream:
        """Cut the stream; a stream that is shorter stays as it is, and so does a whole answer."""
        cut = super().on_frames(answer, context)
        if isinstance(cut, Body) or cut is answer:
            return cut
        return structs.replace(cut, completion_tokens=sum(cut.sheet.tokens))

    def index(self, events: list[Event], context: Striking) -> int | None:
        """Find the event to break."""
        if self.at is None:
            return 0 if context.events else None
        return super().index(events, context)

    def changed(self, events: list[Event], index: int, stream: Stream, context: Striking) -> Iterable[Event]:
        """Break one event and end there; behind the last one comes another of its like."""
        like = events[index : index + 1] or events[-1:]
        data = _broken(stream, like[0].data if like else b"", context)
        due = events[index] if index < len(events) else Event(b"")
        return ended_behind([*events[:index], due._replace(data=data, tokens=0), *events[index + 1 :]], index)


class MalformedChunk(Malformed, frozen=True):
    """What `?fail_chunk=N` asks for where a stream's end mark is no chunk: the same, but for that."""

    def changed(self, events: list[Event], index: int, stream: Stream, context: Striking) -> Iterable[Event]:
        """Leave the end mark alone."""
        is_mark = (
            stream.grammar is not None and index < len(events) and stream.grammar.without(events[index].data, "done") is None
        )
        return events if is_mark else super().changed(events, index, stream, context)


def _broken(stream: Stream, event: bytes, context: Striking) -> bytes:
    """Break the document of an event."""
    if stream.content_type.startswith(_BINARY) and stream.grammar is not None:  # else an event may be no whole frame
        message = eventstream.first(event)
        return event if message is None else eventstream.encode(message.headers, DOCUMENT)
    if is_sse(stream.content_type):
        before, mark, _ = event.partition(b"data: ")
        return (before if mark else b"") + b"data: " + DOCUMENT + context.line_end * 2
    before, brace, _ = event.partition(b"{")  # of an array: what parts its elements
    return (before if brace else b"") + DOCUMENT + event[len(event.rstrip(b"\r\n")) :]


FAULT = Malformed
