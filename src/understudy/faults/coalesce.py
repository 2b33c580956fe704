"""Several events arrive in one write, as behind a proxy that buffers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Annotated, ClassVar

from msgspec import Meta

from understudy.faults import Answers, Fault, Striking
from understudy.faults._legal import Legal
from understudy.faults._sent import framed, payload
from understudy.faults._steps import at_byte, is_event
from understudy.model.plan import Counted, Gate, Step, Until
from understudy.model.ports import Random


class Coalesce(Legal, Fault, frozen=True):
    """Keep events back until there are `events` (4) of them, and send these as one write and one chunk."""

    name: ClassVar[str] = "coalesce"
    help: ClassVar[str] = (
        "`events` (4) events of a stream arrive together, when the last of them is due; no effect on whole answers"
    )
    needs_events: ClassVar[bool] = True
    answers: ClassVar[Answers] = "streams"
    places: ClassVar[tuple[str, ...]] = ()
    stage: ClassVar[int] = 1
    events: Annotated[int, Meta(ge=2)] = 4

    @classmethod
    def drawn(cls, random: Random) -> Coalesce:
        """Join two to eight."""
        return cls(events=random.integer("coalesce/events", 2, 8))

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterator[Step]:
        """Join events, and the waits between them."""
        rest = yield from at_byte(iter(steps), context.head_bytes)
        wait, kept, events = 0.0, list[bytes](), 0
        counts = list[Step]()  # what counts those that are kept back
        for step in rest or ():
            if isinstance(step, float):
                wait += step
                continue
            if isinstance(step, Counted) and kept:
                counts.append(step)
                continue
            if isinstance(step, Gate | Until):  # nobody knows how long it takes, so it is waited for as it comes
                yield from _together(wait, [], context)
                wait = 0.0
                yield step
                continue
            data = payload(step, context) if isinstance(step, bytes) else None
            if data is not None:
                kept.append(data)
                events += is_event(step)
                if events < self.events:
                    continue
            yield from chain(_together(wait, kept, context), counts)
            wait, kept, events, counts = 0.0, [], 0, []
            if data is None:
                yield step
        yield from chain(_together(wait, kept, context), counts)


def _together(wait: float, kept: list[bytes], context: Striking) -> Iterator[Step]:
    if wait:
        yield wait
    if kept:
        yield framed(b"".join(kept), context)


FAULT = Coalesce
