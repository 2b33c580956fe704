"""A stream breaks: malformed JSON in place of an event, then the end.

Only the document is broken. What frames it stays sound, whatever the stream is made of: server-sent events keep their type,
lines their end, binary frames their headers and checksums. So it is the reader of the JSON that fails, and not the one before.
"""

from __future__ import annotations

from typing import ClassVar, Final

from understudy.faults import Fault, Place, Striking
from understudy.faults._events import is_sse
from understudy.faults._steps import event_at
from understudy.model.frame import Body, Sheet, Stream
from understudy.wire import eventstream

DOCUMENT: Final = b'{"broken": '
BROKEN: Final = b"data: %b\n\n" % DOCUMENT
_BINARY: Final = "application/vnd.amazon.eventstream"


class Malformed(Fault, frozen=True):
    """Put malformed JSON in place of an event and end the stream there; the first event unless `at` says otherwise.

    The type of the event, and what else frames it, stays.
    """

    name: ClassVar[str] = "malformed"
    help: ClassVar[str] = "an event of a stream is malformed JSON and the last one sent; no effect on whole answers"
    places: ClassVar[tuple[str, ...]] = ("event", "token", "end")

    def on_frames(self, answer: Body | Stream, context: Striking) -> Body | Stream:
        """Cut the stream; a stream that is shorter stays as it is, and so does a whole answer."""
        number = event_at(self.at or Place("event", 1), context)
        if isinstance(answer, Body) or number is None:
            return answer
        sheet, keep = answer.sheet, number - 1
        broken = _broken(answer, keep)
        answer.last = (*answer.last[: max(0, keep - len(sheet.frames))], broken)
        answer.sheet = Sheet(sheet.frames[:keep], sheet.tokens[:keep])
        answer.completion_tokens = sum(answer.sheet.tokens)
        return answer


def _broken(stream: Stream, index: int) -> bytes:
    """Break the document of an event; behind the last one, another of its like."""
    events = stream.events()
    if not events:
        return BROKEN
    event = events[min(index, len(events) - 1)]
    if stream.content_type.startswith(_BINARY):
        return eventstream.encode(next(eventstream.decode(event)).headers, DOCUMENT)
    if is_sse(stream):
        before, mark, _ = event.partition(b"data: ")
        return before + BROKEN if mark else BROKEN
    before, brace, _ = event.partition(b"{")  # of an array: what parts its elements
    return (before if brace else b"") + DOCUMENT + event[len(event.rstrip(b"\r\n")) :]


FAULT = Malformed
