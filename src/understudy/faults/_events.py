"""The events of a stream as a list that a fault may change, and what the kinds that do so have in common.

A damaged stream is one answer's own: its events stand whole on a sheet of its own, so that nothing shared is touched. Which
events carry text is known from their tokens; what only the provider knows comes from the grammar of the stream. When an event
is due goes with it, and what is put before it comes in that moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, count, repeat, takewhile
from typing import ClassVar, NamedTuple

from msgspec import structs

from understudy.faults import Answers, Fault, Striking
from understudy.faults._array import placed
from understudy.faults._place import AMONG_EVENTS
from understudy.model.frame import Body, Part, Sheet, Stream
from understudy.model.token_counts import to_last


class Event(NamedTuple):
    """One event as it will be sent, the tokens it carries, and when it is due.

    `wait` counts the tokens that it waits for, or the seconds where the stream knows them itself; one that `leads` waits not
    even for the first token.
    """

    data: bytes
    tokens: int = 0
    wait: float = 0
    leads: bool = False


def events_of(stream: Stream) -> list[Event]:
    """List the events of a stream; its own waits stay readable."""
    sheet, joint = stream.sheet, stream.joint
    if stream.waits is not None:
        stream.waits = list(stream.waits)
    waits = chain(sheet.own_time(), repeat(0)) if stream.waits is None else stream.waits
    listed = zip(count(), sheet.frames, sheet.tokens, waits, strict=False)
    made = [Event(head + joint + tail, tokens, wait, at < sheet.lead) for at, (head, tail), tokens, wait in listed]
    return made + [Event(data) for data in stream.last]


def put_before(events: list[Event], index: int, *put: bytes) -> list[Event]:
    """Put what carries no text before an event, in the moment that one was due: it comes right behind."""
    others = events[index:]
    wait, leads = (others[0].wait, others[0].leads) if others else (0, False)
    made = [Event(data, 0, 0 if number else wait, leads) for number, data in enumerate(put)]
    return [*events[:index], *made, *(event._replace(wait=0) for event in others[:1]), *others[1:]]


def ended_behind(events: list[Event], index: int) -> list[Event]:
    """End behind an event: the others stay without data, for tokens come together with those that are not sent."""
    return [*events[: index + 1], *(event._replace(data=b"", tokens=0) for event in events[index + 1 :])]


def with_events(stream: Stream, events: Iterable[Event]) -> Stream:
    """Make the stream carry these events instead; those without data at the end are not sent."""
    made = list(events)
    sent = made[: max((number for number, event in enumerate(made, 1) if event.data), default=0)]
    data = [event.data for event in sent]
    if stream.brackets is not None:
        data = list(placed(data, stream.brackets))
    lead = len(list(takewhile(lambda event: event.leads, sent)))
    timed = None
    if stream.waits is None:
        end = len(to_last([event.tokens or int(event.wait) for event in made], lead))
        timed = [int(event.wait) for event in made[:end]]
    waits = None if stream.waits is None else [event.wait for event in sent]
    sheet = Sheet([(each, b"") for each in data], [event.tokens for event in sent], lead=lead, timed=timed)
    return structs.replace(stream, sheet=sheet, joint=b"", last=(), waits=waits)


class EventFault(Fault, frozen=True):
    """A fault that changes the events of a stream at an event, the first that carries text unless `at` says otherwise."""

    answers: ClassVar[Answers] = "streams"
    places: ClassVar[tuple[str, ...]] = AMONG_EVENTS

    def on_frames(self, answer: Body | Stream, context: Striking) -> Body | Stream:
        """Change the events; a whole answer, and one without such an event or with nothing to change, stays as it is."""
        if isinstance(answer, Body):
            return answer
        events = events_of(answer)
        index = self.index(events, context)
        made = events if index is None else list(self.changed(list(events), index, answer, context))
        return answer if made == events else with_events(answer, made)

    def index(self, events: list[Event], context: Striking) -> int | None:
        """Find the event to strike, from 0; the number of events stands for the end."""
        if self.at is None:
            return next((i for i, event in enumerate(events) if event.tokens), None)
        number = context.event_at(self.at)
        return None if number is None else number - 1

    def changed(self, events: list[Event], index: int, stream: Stream, context: Striking) -> Iterable[Event]:
        """Give the events that are sent instead."""
        del index, stream, context
        return events


class Missing(Fault, frozen=True):
    """A fault that leaves one part of a stream out, wherever its provider puts it."""

    answers: ClassVar[Answers] = "streams"
    places: ClassVar[tuple[str, ...]] = ()
    part: ClassVar[Part]

    def on_frames(self, answer: Body | Stream, context: Striking) -> Body | Stream:
        """Leave the part out; whole answers, and streams without it or of which nobody knows where it is, stay as they are."""
        del context
        if isinstance(answer, Body) or answer.grammar is None:
            return answer
        events = events_of(answer)
        kept, left = [], 0.0
        for event in events:
            data = answer.grammar.without(event.data, self.part)
            left += event.wait
            if data is not None:
                kept.append(event._replace(data=data, wait=left))
                left = 0.0
        return answer if kept == events else with_events(answer, kept)
