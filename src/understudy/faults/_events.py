"""The events of a stream as a list that a fault may change, and what the kinds that do so have in common.

A damaged stream is one answer's own: its events stand whole on a sheet of its own, so that nothing shared is touched. Which
events carry text is known from their tokens; what only the provider knows comes from the grammar of the stream.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from msgspec import structs

from understudy.faults import Fault, Striking
from understudy.faults._array import placed
from understudy.faults._place import AMONG_EVENTS
from understudy.faults._steps import event_at
from understudy.model.frame import Body, Part, Sheet, Stream


class Event(NamedTuple):
    """One event as it will be sent, and the tokens it carries."""

    data: bytes
    tokens: int = 0


def events_of(stream: Stream) -> list[Event]:
    """List the events of a stream."""
    sheet, joint = stream.sheet, stream.joint
    made = [Event(head + joint + tail, n) for (head, tail), n in zip(sheet.frames, sheet.tokens, strict=True)]
    return made + [Event(data) for data in stream.last]


def with_events(stream: Stream, events: Iterable[Event]) -> Stream:
    """Make the stream carry these events instead."""
    listed = list(events)
    if stream.brackets is not None:
        placed_data = placed((event.data for event in listed), stream.brackets)
        listed = [Event(data, event.tokens) for data, event in zip(placed_data, listed, strict=True)]
    sheet = Sheet([(event.data, b"") for event in listed], [event.tokens for event in listed])
    return structs.replace(stream, sheet=sheet, joint=b"", last=())


def is_sse(stream: Stream) -> bool:
    """Say whether a stream is made of server-sent events: others know no comments and no event types."""
    return stream.content_type.startswith("text/event-stream")


class EventFault(Fault, frozen=True):
    """A fault that changes the events of a stream at an event, the first that carries text unless `at` says otherwise."""

    places: ClassVar[tuple[str, ...]] = AMONG_EVENTS

    def on_frames(self, answer: Body | Stream, context: Striking) -> Body | Stream:
        """Change the events; a whole answer, and one without such an event, stays as it is."""
        if isinstance(answer, Body):
            return answer
        events = events_of(answer)
        index = self.index(events, context)
        return answer if index is None else with_events(answer, self.changed(events, index, answer, context))

    def index(self, events: list[Event], context: Striking) -> int | None:
        """Find the event to strike, from 0; the number of events stands for the end."""
        if self.at is None:
            return next((i for i, event in enumerate(events) if event.tokens), None)
        number = event_at(self.at, context)
        return None if number is None else number - 1

    def changed(self, events: list[Event], index: int, stream: Stream, context: Striking) -> Iterable[Event]:
        """Give the events that are sent instead."""
        del index, stream, context
        return events


class Missing(Fault, frozen=True):
    """A fault that leaves one part of a stream out, wherever its provider puts it."""

    places: ClassVar[tuple[str, ...]] = ()
    part: ClassVar[Part]

    def on_frames(self, answer: Body | Stream, context: Striking) -> Body | Stream:
        """Leave the part out; whole answers, and streams of which nobody knows where it is, stay as they are."""
        del context
        if isinstance(answer, Body) or answer.grammar is None:
            return answer
        rest = [(answer.grammar.without(event.data, self.part), event.tokens) for event in events_of(answer)]
        return with_events(answer, (Event(data, tokens) for data, tokens in rest if data is not None))
