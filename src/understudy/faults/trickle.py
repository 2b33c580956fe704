"""A slow connection: so many bytes a second and no more."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from understudy.faults import Fault, Striking
from understudy.faults._legal import Legal
from understudy.faults._steps import NoEvent, is_event, strike
from understudy.model.plan import Gate, Step, Until
from understudy.model.ports import Random

_PER_SECOND: Final = 50
"""Pieces a second at most: what makes a rate smooth to a client, and is no burden to the server."""


class Trickle(Legal, Fault, frozen=True):
    """Send `bytes-per-second` (100) and no more from a place on, from the head on unless `at` says otherwise.

    What is due later than the slow connection would bring it comes when it is due.
    """

    name: ClassVar[str] = "trickle"
    help: ClassVar[str] = "`bytes-per-second` (100) and no more, from the head or a place on"
    needs_events: ClassVar[bool] = True
    stage: ClassVar[int] = 3
    bytes_per_second: Annotated[int, Meta(ge=1, le=10**9)] = 100

    @classmethod
    def drawn(cls, random: Random) -> Trickle:
        """Take some milliseconds for a usual answer."""
        return cls(bytes_per_second=random.integer("trickle/bytes-per-second", 1_000_000, 10_000_000))

    def finds(self, context: Striking) -> bool:
        """Say whether anything comes behind the place, as far as that is known."""
        place, size = self.place, context.size
        behind = {
            "end": context.brackets is not None or (context.stream and context.chunked),
            "after-headers": size != 0,
            "byte": size is None or place.number < size,
        }
        return super().finds(context) and behind.get(place.kind, True)

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterable[Step]:
        """Slow down."""
        return strike(steps, self.place, context, self._slowed)

    def _slowed(self, steps: Iterator[Step]) -> Iterator[Step]:
        size = max(1, self.bytes_per_second // _PER_SECOND)
        behind = 0.0  # seconds by which the connection is later than what was due
        for step in steps:
            if isinstance(step, float):
                behind -= step
                if behind < 0:
                    yield -behind
                    behind = 0.0
            elif isinstance(step, Gate | Until):
                behind = yield from _waited(step, behind)
            elif isinstance(step, bytes):
                for at in range(0, len(step), size):
                    piece = step[at : at + size]
                    wait = len(piece) / self.bytes_per_second
                    yield wait
                    yield NoEvent(piece) if at or not is_event(step) else piece
                    behind += wait
            else:
                yield step


def _waited(step: Gate | Until, behind: float) -> Generator[Step, None, float]:
    """Wait at a gate on a connection that is so much behind; give how much it is behind then."""
    wait = Until(step) if isinstance(step, Gate) else step
    part = type(wait)(wait.gate, wait.seconds - behind)
    yield part
    wait.opened = part.opened
    wait.waited += part.waited + behind
    return min(behind, max(0.0, -part.waited))


FAULT = Trickle
