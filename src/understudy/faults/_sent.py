"""What has been sent of an answer so far, and how its events are framed.

Faults that add bytes of their own to a stream (comments, pings) have to know where that does no harm: behind the head of an
event stream, and between two events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from understudy.faults import Striking
from understudy.faults._fault import is_sse
from understudy.faults._steps import is_event
from understudy.model.plan import Step
from understudy.wire.response import chunk

_ENDS = (b"\n\n", b"\r\n\r\n", b"\r\r")
_SSE = b"\r\ncontent-type: text/event-stream"


def payload(step: bytes, context: Striking) -> bytes | None:
    """Take the data out of a step that is one whole chunk, or any step of a body that is not chunked; else None."""
    if not context.chunked:
        return step
    size, _, rest = step.partition(b"\r\n")
    try:
        length = int(size, 16)
    except ValueError:
        return None
    return rest[:-2] if length and len(rest) == length + 2 else None


def framed(data: bytes, context: Striking) -> bytes:
    """Frame data as the body is framed."""
    return chunk(data) if context.chunked else data


def put_in(event: bytes, context: Striking) -> bytes:
    """Frame an event or a comment that a fault adds; in an event stream its lines end as all others do."""
    if is_sse(context.content_type):
        event = event.replace(b"\r\n", b"\n").replace(b"\n", context.line_end)
    return framed(event, context)


class Sent:
    """Watches steps go by; `has_begun` says that some of the body was among them, `first` and `last` are whole events."""

    def __init__(self, context: Striking) -> None:
        self._context = context
        self._head = b""
        self._whole = False
        self.has_begun = False
        self.first = self.last = b""

    def watch(self, steps: Iterable[Step]) -> Iterator[Step]:
        """Pass the steps on."""
        for step in steps:
            if isinstance(step, bytes):
                self._note(step)
            yield step

    @property
    def may_comment(self) -> bool:
        """Say whether a comment may come now: in an event stream, behind the head or a whole event."""
        return self._whole and _SSE in self._head.lower()

    def _note(self, step: bytes) -> None:
        missing = self._context.head_bytes - len(self._head)
        if missing > 0:
            self._head += step[:missing]
            self._whole = len(step) == missing
            self.has_begun = len(step) > missing
        else:
            self.has_begun = True
            data = payload(step, self._context)
            self._whole = data is not None and data.endswith(_ENDS)
            if data is not None and self._whole and is_event(step):
                self.first, self.last = self.first or data, data
