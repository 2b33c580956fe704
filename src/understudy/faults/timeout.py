"""The provider takes too long: a long wait, then 504."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from understudy.faults import Fault, SecondsWithUnit, Striking
from understudy.model.plan import Step
from understudy.model.reply import Failure, Reply


class Timeout(Fault, frozen=True):
    """Wait `after` (30 s), then answer 504."""

    name: ClassVar[str] = "timeout"
    help: ClassVar[str] = "nothing for a while (`after`, 30s), then 504 in the provider's shape"
    places: ClassVar[tuple[str, ...]] = ()
    after: SecondsWithUnit = SecondsWithUnit(30.0)

    def on_reply(self, reply: Reply, context: Striking) -> Reply:
        """Replace the reply by the gateway's error."""
        del reply, context
        return Reply(failure=Failure(504, "simulated"))

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterator[Step]:
        """Wait first."""
        del context
        yield float(self.after)
        yield from steps


FAULT = Timeout
