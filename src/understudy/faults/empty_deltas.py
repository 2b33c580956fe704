"""A stream says nothing for a while: events whose text is empty, as some providers send them to keep a connection alive."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

from msgspec import Meta

from understudy.faults import Striking
from understudy.faults._events import Event, EventFault, put_before
from understudy.faults._legal import Legal
from understudy.model.frame import Stream
from understudy.model.ports import Random


class EmptyDeltas(Legal, EventFault, frozen=True):
    """Put `count` (3) events with empty text before an event, the first that carries text unless `at` says otherwise.

    The events of TGI's own streams are tokens, of which none is empty: they stay as they are.
    """

    name: ClassVar[str] = "empty-deltas"
    help: ClassVar[str] = "`count` (3) events with an empty delta in a stream; no effect on whole answers"
    count: Annotated[int, Meta(ge=1, le=10_000)] = 3

    @classmethod
    def drawn(cls, random: Random) -> EmptyDeltas:
        """Make one to five."""
        return cls(count=random.integer("empty-deltas/count", 1, 5))

    def changed(self, events: list[Event], index: int, stream: Stream, context: Striking) -> Iterable[Event]:
        """Insert copies of the nearest event that carries text, their text taken out."""
        del context
        around = [*events[index:], *reversed(events[:index])]
        model = next((event.data for event in around if event.tokens), None)
        if model is None or stream.grammar is None:
            return events
        going_on = stream.grammar.without(model, "finish")  # who reads that an answer has ended reads no further
        empty = stream.grammar.say(going_on or model, b"")
        return events if empty is None else put_before(events, index, *[empty] * self.count)


FAULT = EmptyDeltas
