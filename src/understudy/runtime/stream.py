"""One plan being played: how far it has come, and what is known of its times."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from understudy.model.plan import Delivery, Ending, Gate, Outcome, Plan, Run, Solo, Step, Until
from understudy.model.steady import Steady

if TYPE_CHECKING:
    from understudy.runtime.troop import Troop


class Place(Enum):
    """Where a stream waits."""

    NOWHERE = "nowhere"
    WHEEL = "wheel"
    GATE = "gate"
    TROOP = "troop"


OUTCOMES: Final[dict[Ending | None, Outcome]] = {
    None: "done",
    Ending.NEXT: "done",
    Ending.CLOSE: "closed",
    Ending.ABORT: "aborted",
}

OVER: Final = -math.inf
"""When the next event of a run is due that has none."""

NO_FILE: Final = -1
"""The file of a stream that is written through its transport."""


NOTHING: Final[Iterator[Any]] = iter(())
"""The rest of what never was."""


class Beat:
    """What changes with each event of a run: it stands side by side in memory, for thousands of streams are not in any cache.

    Attributes:
        due: when the last thing that was sent, or the next that will be, is or was due.
        dues: the moments of the events behind the one that is due at `due`.
        events: how many were sent.
        file: the socket the next event is written to together with those of others; `NO_FILE` where that cannot be done.
        frames: the rest of a run of events, from the one that is due at `due` on; None while none is played.
        joint: what stands between head and tail of each of them.
        last: when the last one that carries tokens was due, and when it was sent, in slots of the wheel; None before the first.
        late: the most any of them was late, in slots.
        sent: bytes handed over.
    """

    __slots__ = ("due", "dues", "events", "file", "frames", "joint", "last", "late", "sent")

    due: float
    dues: Iterator[float]
    events: int
    file: int
    frames: Iterator[tuple[bytes, ...]] | None
    joint: bytes
    last: tuple[int, int] | None
    late: int
    sent: int


class Stream(Beat):
    """A plan on its way to one client. Thousands live at once, so it holds no more than it must.

    Args:
        plan: what to play.
        start: the moment the plan's waits count from.
        write: hands bytes to the client. It may set `parked` while it runs: the client reads too slowly.
        played: hears how the plan ended, None when it ran out. After `HANG` the stream lives on until it is dropped.

    Attributes:
        place: whether it is in the wheel, at a gate, in a troop, or nowhere.
        gate: what it waits at, or has come to; what stands behind it is an event.
        end: what ends the plan with the last event of the run, in pieces for the joint; None where the plan goes on.
        rest: the rest of a large step, while parked.
        resumed: when the client read again after it last did not, or when the last of what had waited for it was sent.
        socket: the file to write to directly; `NO_FILE` where that cannot be done, or once it took less than all: what comes
            after must not overtake the rest.
        made: it is made while it is played, and for nobody else than its client.
        said: the tokens of the events of its run, from its first event on; None where each carries some, and where it has none.
        silent: it is nobody's answer, so its times are not counted.
        solo: what it is before it begins, where that says everything.
        steady: its run as beats, where they come at equal intervals.
        troop: with whom it is played in step,
        joined: the number of the troop's beat that is its first there, and
        before: how many of its own it had behind it by then.
    """

    __slots__ = (
        "before",
        "end",
        "ended",
        "first_at",
        "first_due",
        "gate",
        "hanging",
        "joined",
        "made",
        "parked",
        "parked_at",
        "paused",
        "place",
        "played",
        "rest",
        "resumed",
        "said",
        "silent",
        "socket",
        "solo",
        "start",
        "steady",
        "steps",
        "troop",
        "write",
    )

    joined: int
    before: int

    def __init__(
        self, plan: Plan, start: float, write: Callable[[bytes], object], played: Callable[[Ending | None], object]
    ) -> None:
        steps = plan.steps
        self.solo = steps if type(steps) is Solo else None
        self.steps: Iterator[Step] | None = iter(steps) if self.solo is None else NOTHING
        self.ended = plan.ended
        self.write = write
        self.played = played
        self.start = self.due = start
        self.last = None
        self.frames = None
        self.dues = NOTHING
        self.joint = b""
        self.end: Iterable[bytes] | None = None
        self.gate: Gate | Until | None = None
        self.rest: memoryview | None = None
        self.place = Place.NOWHERE
        self.sent = 0
        self.socket = self.file = NO_FILE
        self.events = 0
        self.late = 0
        self.first_due = self.first_at = -math.inf
        self.parked = False
        self.parked_at = 0.0
        self.resumed = -math.inf
        self.paused = 0.0
        self.hanging = False
        self.silent = plan.silent
        maker = plan.maker
        self.made = maker is not None
        if maker is not None:
            maker(start)
        self.steady: Steady | None = None
        self.said: Sequence[int] | None = None
        self.troop: Troop | None = None

    def take_up(self, run: Run) -> float:
        """Make a run its own; tell when the first event is due."""
        self.frames, self.joint, self.end, self.steady = iter(run.frames), run.joint, run.end, run.steady
        self.said = run.said
        self.dues = accumulate(run.waits, initial=self.due)
        due = next(self.dues)
        return next(self.dues, due)

    @property
    def handed(self) -> int:
        """Bytes handed over, those in step as well."""
        return self.sent if self.troop is None else self.sent + self.troop.given(self)

    def delivery(self, outcome: Outcome, slot: float) -> Delivery:
        """Say how the plan was played, with slots of so many seconds."""
        late, last_due = self.late * slot, self.due - self.start
        if not self.events:
            return Delivery(outcome, self.sent, late=late, paused=self.paused, last_due=last_due)
        first_due, first_at = self.first_due - self.start, self.first_at - self.start
        return Delivery(outcome, self.sent, self.events, late, first_due, first_at, self.paused, last_due)
