"""A stream ends too early but cleanly: the last chunk comes, the finish reason, the usage and the end mark do not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from msgspec import structs

from understudy.faults import Striking
from understudy.faults._events import Event, EventFault
from understudy.faults._place import AMONG_EVENTS
from understudy.faults._steps import strike_body
from understudy.model.frame import Body, Stream
from understudy.model.plan import Ending, Step
from understudy.wire.response import LAST_CHUNK


class EarlyEnd(EventFault, frozen=True):
    """End a stream before an event, or at a time; behind the last event that carries text unless `at` says otherwise."""

    name: ClassVar[str] = "early-end"
    help: ClassVar[str] = "a stream ends cleanly before an event, or behind its last text; no effect on whole answers"
    needs_events: ClassVar[bool] = True
    places: ClassVar[tuple[str, ...]] = (*AMONG_EVENTS, "time")

    def on_frames(self, answer: Body | Stream, context: Striking) -> Body | Stream:
        """Cut the events off, and do not count their tokens."""
        cut = super().on_frames(answer, context)
        if isinstance(cut, Body) or cut is answer:
            return cut
        return structs.replace(cut, completion_tokens=sum(cut.sheet.tokens))

    def index(self, events: list[Event], context: Striking) -> int | None:
        """Find the first event that is not sent."""
        if self.at is None:
            return max((i for i, event in enumerate(events, 1) if event.tokens), default=None)
        return super().index(events, context)

    def changed(self, events: list[Event], index: int, stream: Stream, context: Striking) -> Iterable[Event]:
        """Keep the events before."""
        del stream, context
        return events[:index]

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterable[Step]:
        """End a stream at a time."""
        if self.at is None or self.at.kind != "time" or not context.stream:
            return steps
        end = LAST_CHUNK if context.chunked else Ending.CLOSE
        return strike_body(steps, self.at, context, lambda _rest: (end,))


FAULT = EarlyEnd
