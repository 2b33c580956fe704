"""Not even the head of the answer comes for a while."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from msgspec import field

from understudy.faults import Fault, Seconds, Striking
from understudy.faults._legal import Legal
from understudy.model.plan import Step
from understudy.model.ports import Random


class LateHeaders(Legal, Fault, frozen=True):
    """Wait `for` a while (30s) before the head."""

    name: ClassVar[str] = "late-headers"
    help: ClassVar[str] = "silence `for` a while (30s) before the head of the answer"
    places: ClassVar[tuple[str, ...]] = ()
    seconds: Seconds = field(default=Seconds(30.0), name="for")

    @classmethod
    def drawn(cls, random: Random) -> LateHeaders:
        """Be some milliseconds late."""
        return cls(seconds=Seconds(random.integer("late-headers/for", 1, 5) / 1000))

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterator[Step]:
        """Wait first."""
        del context
        yield float(self.seconds)
        yield from steps


FAULT = LateHeaders
