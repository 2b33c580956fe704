"""The server says nothing more and keeps the connection open until the client gives up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from understudy.faults import Fault, Striking
from understudy.faults._steps import strike
from understudy.model.plan import Ending, Step


class Hang(Fault, frozen=True):
    """Hang for ever at a place, before the head unless `at` says otherwise."""

    name: ClassVar[str] = "hang"
    help: ClassVar[str] = "silence for ever from a place on, before the answer unless `at` says otherwise"
    needs_events: ClassVar[bool] = True

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterable[Step]:
        """Say no more."""
        return strike(steps, self.place, context, lambda _rest: (Ending.HANG,))


FAULT = Hang
