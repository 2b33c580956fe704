"""The provider takes too long: a long wait, then 504."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar

from msgspec import Meta

from understudy.faults import Fault
from understudy.model.plan import Step
from understudy.model.reply import Failure, Reply


class Timeout(Fault, frozen=True):
    """Wait `after` seconds, then answer 504."""

    name: ClassVar[str] = "timeout"
    help: ClassVar[str] = "wait (after=30 seconds), then 504 in the provider's shape"
    after: Annotated[float, Meta(ge=0, le=86400)] = 30.0

    def on_reply(self, reply: Reply) -> Reply:
        """Replace the reply by the gateway's error."""
        del reply
        return Reply(failure=Failure(504, "simulated"))

    def on_steps(self, steps: Iterable[Step]) -> Iterator[Step]:
        """Wait first."""
        yield self.after
        yield from steps


FAULT = Timeout
