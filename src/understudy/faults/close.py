"""The server closes the connection in the middle: FIN without the rest, in a chunked body without the last chunk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from understudy.faults import Fault, Striking
from understudy.faults._steps import strike
from understudy.model.plan import Ending, Step


class Close(Fault, frozen=True):
    """Send FIN at a place, before the head unless `at` says otherwise."""

    name: ClassVar[str] = "close"
    help: ClassVar[str] = "the connection is closed (FIN) at a place, before the answer unless `at` says otherwise"
    needs_events: ClassVar[bool] = True

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterable[Step]:
        """Break off."""
        return strike(steps, self.place, context, lambda _rest: (Ending.CLOSE,))


FAULT = Close
