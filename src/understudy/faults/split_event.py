"""An event arrives in two pieces: TCP, HTTP and TLS cut where they like, and so may any proxy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar

from msgspec import Meta

from understudy.faults import Fault, Seconds, Striking
from understudy.faults._legal import Legal
from understudy.faults._place import AMONG_EVENTS
from understudy.faults._sent import framed, payload
from understudy.faults._steps import NoEvent, at_byte, is_event
from understudy.model.plan import Step


class SplitEvent(Legal, Fault, frozen=True):
    """Send every event in two writes, or the one that `at` names: `byte` bytes (a drawn number), a `pause` (1ms), the rest.

    In a chunked body the pieces are chunks of their own. A whole answer counts as one event.
    """

    name: ClassVar[str] = "split-event"
    help: ClassVar[str] = "events arrive in two pieces: `byte` bytes (drawn), after a `pause` (1ms) the rest"
    needs_events: ClassVar[bool] = True
    places: ClassVar[tuple[str, ...]] = AMONG_EVENTS[:2]
    stage: ClassVar[int] = 2
    byte: Annotated[int, Meta(ge=1)] | None = None
    pause: Seconds = Seconds(0.001)

    def finds(self, context: Striking) -> bool:
        """Say whether there is an event."""
        return super().finds(context) and context.events > 0

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterator[Step]:
        """Cut events in two."""
        wanted = context.event_at(self.at) if self.at else 0
        rest = yield from at_byte(iter(steps), context.head_bytes)
        number = 0
        for step in rest or ():
            number += is_event(step)
            if isinstance(step, bytes) and is_event(step) and wanted in (0, number):
                yield from self._pieces(step, number, context)
            else:
                yield step

    def _pieces(self, step: bytes, number: int, context: Striking) -> Iterator[Step]:
        data = payload(step, context)
        if data is None or len(data) < 2:
            yield step
            return
        at = min(self.byte or context.random.integer(f"byte-{number}", 1, len(data) - 1), len(data) - 1)
        yield framed(data[:at], context)
        if self.pause:
            yield float(self.pause)
        yield NoEvent(framed(data[at:], context))


FAULT = SplitEvent
