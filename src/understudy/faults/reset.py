"""The connection is reset: the client sees RST."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from understudy.faults import Fault, Striking
from understudy.faults._steps import strike
from understudy.model.plan import Ending, Step


class Reset(Fault, frozen=True):
    """Send RST at a place, before the head unless `at` says otherwise."""

    name: ClassVar[str] = "reset"
    help: ClassVar[str] = "the connection is reset (RST) at a place, before the answer unless `at` says otherwise"
    needs_events: ClassVar[bool] = True

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterable[Step]:
        """Break off."""
        return strike(steps, self.place, context, lambda _rest: (Ending.ABORT,))


FAULT = Reset
