"""A document breaks off: the JSON of one event, or of a whole answer, is cut short."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, structs

from understudy.faults import Answers, Striking
from understudy.faults._events import Event, EventFault, ended_behind
from understudy.model.frame import Body, Stream


class TruncatedJson(EventFault, frozen=True):
    """Send only the first `keep` bytes of an event (half of it), then `end` the stream or `go-on`.

    The event is the first that carries text unless `at` says otherwise; its line ends stay. Of a whole answer that much of the
    document is sent, with a content-length that agrees.
    """

    name: ClassVar[str] = "truncated-json"
    help: ClassVar[str] = "an event, or a whole answer, is cut to `keep` bytes (half of it); `then: end` or `go-on`"
    answers: ClassVar[Answers] = "any"
    keep: Annotated[int, Meta(ge=1)] | None = None
    then: Literal["end", "go-on"] = "end"

    def on_frames(self, answer: Body | Stream, context: Striking) -> Body | Stream:
        """Cut an event or a whole document; where there is none, nothing."""
        if isinstance(answer, Stream):
            return super().on_frames(answer, context)
        return answer if not answer.data else structs.replace(answer, data=self._cut(answer.data), reusable=False)

    def changed(self, events: list[Event], index: int, stream: Stream, context: Striking) -> Iterable[Event]:
        """Cut one event."""
        del stream, context
        if index == len(events):
            return events
        data = events[index].data
        text = data.rstrip(b"\r\n")
        events[index] = events[index]._replace(data=self._cut(text) + data[len(text) :])
        return ended_behind(events, index) if self.then == "end" else events

    def _cut(self, data: bytes) -> bytes:
        size = len(data.rstrip())
        return data[: size // 2 if self.keep is None else min(self.keep, size - 1)]


FAULT = TruncatedJson
