"""Events come in the wrong order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

from msgspec import Meta

from understudy.faults import Striking
from understudy.faults._events import Event, EventFault
from understudy.model.frame import Stream


class ReorderEvents(EventFault, frozen=True):
    """Send an event behind the next `by` (1) events; the first that carries text unless `at` says otherwise."""

    name: ClassVar[str] = "reorder-events"
    help: ClassVar[str] = "an event of a stream comes `by` (1) events too late; no effect on whole answers"
    by: Annotated[int, Meta(ge=1, le=10_000)] = 1

    def changed(self, events: list[Event], index: int, stream: Stream, context: Striking) -> Iterable[Event]:
        """Move the event; moments and tokens stay with the events that carry them."""
        del stream, context
        behind = index + 1 + self.by
        return [*events[:index], *events[index + 1 : behind], *events[index : index + 1], *events[behind:]]


FAULT = ReorderEvents
