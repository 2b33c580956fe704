"""What will be sent, when, and how it ends.

A plan is a lazy sequence of a closed vocabulary of steps:

    bytes            send them, as one write
    float            wait that many seconds after the moment the previous step was due (deadlines never drift)
    Ending.CLOSE     send FIN once everything is written
    Ending.ABORT     send RST at once
    Run              events at intervals: a wait and a send each, spelled compactly because streams consist of them
    Gate             wait for somebody to open it, then go on as if that moment had been the deadline
    Until            wait at a gate, but for so long at most
    SENT, UNSAID     count what stands before it as an event, that carries tokens or none
    Ending.HANG      send nothing more and keep the connection open until the client leaves
    Ending.NEXT      keep the connection as the request asked for, and close it as the next request arrives

A plan that simply runs out leaves the connection as the request asked for (kept alive or closed). Sending and waiting are
spelled with built-in types: they happen hundreds of thousands of times a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from math import inf
from typing import Final, Literal

from msgspec import Struct

from understudy.model.steady import Steady


class Ending(Enum):
    """How a plan ends when it does not simply run out."""

    CLOSE = "close"
    ABORT = "abort"
    HANG = "hang"
    NEXT = "next"


class Gate:
    """A wait whose end nobody knows yet: the plan goes on at the moment it is opened for.

    Whoever plays the plan sets `heard` when it comes to a gate that is shut; whoever keeps the gate calls `open`. A gate opened
    before the plan comes to it lets the plan pass. One gate may stand several times in a plan: passing shuts it.
    """

    __slots__ = ("at", "heard")

    def __init__(self) -> None:
        self.at: float | None = None
        self.heard: Callable[[float], None] | None = None

    def open(self, at: float) -> None:
        """Let the plan go on; `at` is the due moment in seconds on the monotonic clock."""
        heard = self.heard
        if heard is None:
            self.at = at
        else:
            self.heard = None
            heard(at)


class Counted(Gate):
    """A gate that never shuts: what stands before it is counted as an event."""

    __slots__ = ()

    @property
    def at(self) -> float:
        """Tell that it was always open."""
        return -inf

    @at.setter
    def at(self, at: float | None) -> None:
        """Stay open."""


SENT: Final = Counted()
"""Stands behind an event that has a time of its own, where events are no runs and come behind no gates: so it is counted."""

UNSAID: Final = Counted()
"""Stands there behind one that carries no token: no time from one token to the next begins or ends with it."""


class Until:
    """A wait at a gate for so long at most: the plan goes on when the gate opens or when the time is over, whichever is first.

    Whoever plays the plan calls `begin` when it comes to it and `end` when it goes on. A gate whose moment is that in which the
    time is over opens too late: it can be waited at again. To who only reads the plan the gate was open.

    Args:
        gate: what is waited for.
        seconds: how long at most, from when the step before was due; when that is not above 0 the gate must have been open by
            then, and infinity is no bound.

    Attributes:
        opened: whether the gate opened in time.
        waited: seconds until it opened, below 0 when that was before; all the seconds when it did not.
    """

    __slots__ = ("_since", "gate", "opened", "seconds", "waited")

    def __init__(self, gate: Gate, seconds: float = inf) -> None:
        self.gate, self.seconds = gate, seconds
        self.opened, self.waited, self._since = True, 0.0, 0.0

    def begin(self, due: float) -> float:
        """Begin the wait behind a step that was due then; return when it is over, as far as is known."""
        self._since = due
        return self.over

    @property
    def over(self) -> float:
        """The moment the plan goes on unless the gate opens before, in seconds on the monotonic clock; infinity if never."""
        return max(self._since, min(self._opening, self._since + self.seconds))

    def end(self) -> bool:
        """Go on; tell whether an event stands behind it: whether the gate opened in time, which shuts it."""
        at = self._opening
        self.gate.heard = None
        self.opened = at < self._since + self.seconds
        if self.opened:
            self.gate.at = None
        self.waited += at - self._since if self.opened else self.seconds
        return self.opened

    @property
    def _opening(self) -> float:
        return inf if self.gate.at is None else self.gate.at


class Run(Struct, gc=False):
    """Events in a row: event k is `frames[k]` with the joint between pieces, due `waits[k]` seconds after the one before.

    There are as many waits as frames. Both may be made while they are played. `end`, in such pieces too, is sent with the last
    event, and made with it; nothing follows it: the plan ends there. None where it goes on. `steady` says the same as beats,
    which end with all there is, so that it can be played in step with others. `said` tells how many tokens each event carries,
    where no events come before the run; None where each carries some.
    """

    frames: Iterable[tuple[bytes, ...]]
    joint: bytes
    waits: Iterable[float]
    end: Iterable[bytes] | None = None
    steady: Steady | None = None
    said: Sequence[int] | None = None

    def steps(self) -> Iterator[Atom]:
        """Spell the run out as waits and sends."""
        for wait, data in zip(self.waits, map(self.joint.join, self.frames), strict=False):
            if wait:
                yield wait
            yield data
        if self.end is not None and (end := self.joint.join(self.end)):
            yield end


class Solo:
    """The steps of a plan that is a run behind some bytes. Streams live long, so they hold none that was played."""

    __slots__ = ("opening", "run")

    def __init__(self, opening: bytes, run: Run) -> None:
        self.opening, self.run = opening, run

    def __iter__(self) -> Iterator[Step]:
        """Give both."""
        return iter([None, self.run, self.opening].pop, None)


Atom = bytes | float | Gate | Until | Ending
Step = Atom | Run

Outcome = Literal["done", "closed", "aborted", "client_gone", "server_stopped"]


class Delivery(Struct, gc=False):
    """How a plan was played.

    Attributes:
        outcome: how it ended.
        sent: bytes handed to the socket.
        events: events that were sent, of runs, behind gates and before `SENT` or `UNSAID`.
        late: seconds by which the latest of them was later than due.
        first_due: moment the first of them was due, in seconds after the plan began; None when there was none.
        first_at: moment it was sent.
        paused: seconds in which the client did not read.
        last_due: moment the last thing that was sent was due, or the next that was to be; None when nobody told.
    """

    outcome: Outcome
    sent: int
    events: int = 0
    late: float = 0.0
    first_due: float | None = None
    first_at: float | None = None
    paused: float = 0.0
    last_due: float | None = None


class Plan(Struct):
    """Steps to play. `ended` hears once how it went, `maker` from when it counts if made meanwhile; `silent` has no times."""

    steps: Iterable[Step]
    ended: Callable[[Delivery], None] | None = None
    silent: bool = False
    maker: Callable[[float], None] | None = None


def spelled_out(steps: Iterable[Step]) -> Iterator[Atom]:
    """Replace runs by their waits and sends, for whoever looks at single events, and leave out what counts these."""
    for step in steps:
        if isinstance(step, Run):
            yield from step.steps()
        elif not isinstance(step, Counted):
            yield step
