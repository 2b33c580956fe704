"""An answer stops for a while and then goes on; a gateway may send comments meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from msgspec import field

from understudy.faults import Fault, Place, Seconds, Striking
from understudy.faults._legal import Legal
from understudy.faults._sent import Sent, put_in
from understudy.faults._steps import NoEvent, strike
from understudy.faults.comments import pings
from understudy.model.plan import Step
from understudy.model.ports import Random


class Stall(Legal, Fault, frozen=True):
    """Send nothing `for` a while (30s) at a place, behind the head unless `at` says otherwise, then go on.

    With `ping` an event stream gets the comment `: ping` that often meanwhile, unless it stalls in the middle of an event.
    """

    name: ClassVar[str] = "stall"
    help: ClassVar[str] = (
        "silence `for` a while (30s) behind the head or at a place, with a comment every `ping` in SSE streams"
    )
    needs_events: ClassVar[bool] = True
    own: ClassVar[Place] = Place("after-headers")
    seconds: Seconds = field(default=Seconds(30.0), name="for")
    ping: Seconds | None = None

    @classmethod
    def drawn(cls, random: Random) -> Stall:
        """Stall for some milliseconds."""
        place = Place("event", random.integer("stall/event", 1, 5))
        return cls(seconds=Seconds(random.integer("stall/for", 1, 5) / 1000), at=place)

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterable[Step]:
        """Wait at the place."""
        sent = Sent(context)

        def then(rest: Iterator[Step]) -> Iterator[Step]:
            if self.ping and sent.may_comment:
                yield from pings(float(self.seconds), float(self.ping), NoEvent(put_in(b": ping\n\n", context)))
            else:
                yield float(self.seconds)
            yield from rest

        return sent.watch(strike(steps, self.place, context, then))


FAULT = Stall
