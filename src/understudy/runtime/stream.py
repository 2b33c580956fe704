"""One plan being played: how far it has come, and what is known of its times."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, Final

from understudy.model.plan import Delivery, Ending, Outcome, Plan, Step

NOWHERE: Final = -1
"""The slot of a stream that waits for no moment."""

AT_GATE: Final = -2
"""The slot of a stream that waits for a gate to be opened."""

OVER: Final = -math.inf
"""When the next event of a run is due that has none."""

NO_FILE: Final = -1
"""The file of a stream that is written through its transport."""


NOTHING: Final[Iterator[Any]] = iter(())
"""The rest of what never was."""


class Stream:
    """A plan on its way to one client. Thousands live at once, so it holds no more than it must.

    Args:
        plan: what to play.
        start: the moment the plan's waits count from.
        write: hands bytes to the client. It may set `parked` while it runs: the client reads too slowly.
        played: hears how the plan ended, None when it ran out. After `HANG` the stream lives on until it is dropped.

    Attributes:
        due: when the last thing that was sent, or the next that will be, is or was due.
        run: the rest of a run of events; `data` is the one taken from it that is not due yet.
        dues: the rest of their moments.
        then: when the event behind `data` is due, the next in `run`; `OVER` when there is none.
        end: what is sent with the last event of the run, and ends the plan; None where the plan goes on.
        rest: the rest of a large step, while parked.
        at: when the last event was sent.
        was: when it was due.
        file: the socket, to write to directly; `NO_FILE` where that cannot be done, or once it took less than all: what comes
            after must not overtake the rest.
        silent: it is nobody's answer, so its times are not counted.
    """

    __slots__ = (
        "at",
        "data",
        "due",
        "dues",
        "end",
        "ended",
        "events",
        "file",
        "first_at",
        "first_due",
        "hanging",
        "late",
        "parked",
        "parked_at",
        "paused",
        "played",
        "rest",
        "run",
        "sent",
        "silent",
        "slot",
        "start",
        "steps",
        "then",
        "was",
        "write",
    )

    def __init__(
        self, plan: Plan, start: float, write: Callable[[bytes], object], played: Callable[[Ending | None], object]
    ) -> None:
        self.steps: Iterator[Step] | None = iter(plan.steps)
        self.ended = plan.ended
        self.write = write
        self.played = played
        self.start = self.due = self.at = self.was = start
        self.run: Iterator[bytes] | None = None
        self.dues: Iterator[float] = NOTHING
        self.then = OVER
        self.data: bytes | None = None
        self.end: bytes | None = None
        self.rest: memoryview | None = None
        self.slot = NOWHERE
        self.sent = 0
        self.file = NO_FILE
        self.events = 0
        self.late = 0.0
        self.first_due = self.first_at = 0.0
        self.parked = False
        self.parked_at = 0.0
        self.paused = 0.0
        self.hanging = False
        self.silent = False

    def delivery(self, outcome: Outcome) -> Delivery:
        """Say how the plan was played."""
        if not self.events:
            return Delivery(outcome, self.sent, paused=self.paused, last_due=self.due - self.start)
        first_due, first_at = self.first_due - self.start, self.first_at - self.start
        return Delivery(outcome, self.sent, self.events, self.late, first_due, first_at, self.paused, self.due - self.start)
