"""An event comes more than once, as after a reconnect in a proxy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

from msgspec import Meta

from understudy.faults import Striking
from understudy.faults._events import Event, EventFault
from understudy.model.frame import Stream


class DuplicateEvent(EventFault, frozen=True):
    """Send an event `times` (1) times more; the first that carries text unless `at` says otherwise."""

    name: ClassVar[str] = "duplicate-event"
    help: ClassVar[str] = "an event of a stream is sent again, `times` (1) times; no effect on whole answers"
    times: Annotated[int, Meta(ge=1, le=10_000)] = 1

    def changed(self, events: list[Event], index: int, stream: Stream, context: Striking) -> Iterable[Event]:
        """Repeat the event behind itself."""
        del stream, context
        again = [event._replace(tokens=0, wait=0) for event in events[index : index + 1]] * self.times
        return [*events[: index + 1], *again, *events[index + 1 :]]


FAULT = DuplicateEvent
