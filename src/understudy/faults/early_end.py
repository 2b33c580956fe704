"""A stream ends too early but cleanly: the last chunk comes, the finish reason, the usage and the end mark do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from msgspec import structs

from understudy.faults import Answers, Fault, Place, Striking
from understudy.faults._events import events_of, with_events
from understudy.faults._place import AMONG_EVENTS
from understudy.faults._steps import one_event, strike_body
from understudy.model.frame import Body, Stream
from understudy.model.plan import Ending, Step
from understudy.wire.response import LAST_CHUNK


class EarlyEnd(Fault, frozen=True):
    """End a stream before an event, or at a time; behind the last event that carries text unless `at` says otherwise.

    A stream that is one JSON array is left open.
    """

    name: ClassVar[str] = "early-end"
    help: ClassVar[str] = "a stream ends cleanly before an event, or behind its last text; no effect on whole answers"
    needs_events: ClassVar[bool] = True
    answers: ClassVar[Answers] = "streams"
    places: ClassVar[tuple[str, ...]] = (*AMONG_EVENTS, "time")

    def finds(self, context: Striking) -> bool:
        """Say whether the stream has the place, and anything behind it; when it will end nobody knows."""
        place = self._place(context)
        if place is None or not super().finds(context):
            return False
        return place.kind == "time" or context.brackets is not None or self._kept(place, context) < context.events

    def on_frames(self, answer: Body | Stream, context: Striking) -> Body | Stream:
        """Do not count the tokens of the events that will not be sent; the last text does not say why the answer ended."""
        place = self._place(context)
        if isinstance(answer, Body) or place is None or place.kind == "time" or not self.finds(context):
            return answer
        kept = self._kept(place, context)
        counted = structs.replace(answer, completion_tokens=sum(answer.sheet.tokens[:kept]))
        return counted if self.at is not None else _going_on(counted, kept - 1)

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterable[Step]:
        """End a stream."""
        place = self._place(context)
        if place is None or not context.stream:
            return steps
        end = LAST_CHUNK if context.chunked else Ending.CLOSE

        def then(rest: Iterator[Step]) -> Iterator[Step]:
            if self.at is None:
                yield from one_event(rest)
            yield end

        return strike_body(steps, place, context, then)

    def _kept(self, place: Place, context: Striking) -> int:
        """Count the events before the end."""
        number = context.event_at(place) or 0
        return number if self.at is None else number - 1

    def _place(self, context: Striking) -> Place | None:
        """Find the place: without one the last event that carries text, behind which it ends; None when there is none."""
        if self.at is not None:
            return self.at
        last = max((number for number, tokens in enumerate(context.tokens, 1) if tokens), default=None)
        return None if last is None else Place("event", last)


def _going_on(stream: Stream, index: int) -> Stream:
    """Leave the finish reason out of an event that has one beside text."""
    head, tail = stream.sheet.frames[index]
    data = head + stream.joint + tail
    left = None if stream.grammar is None else stream.grammar.without(data, "finish")
    if left is None or left == data:
        return stream
    events = events_of(stream)
    events[index] = events[index]._replace(data=left)
    return with_events(stream, events)


FAULT = EarlyEnd
