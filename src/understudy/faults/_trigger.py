"""When a fault strikes, written once for all kinds.

Everything a trigger says must hold. What depends on the request alone (`when`, `probability`) is a function of the request and
gives the same answer in any order of arrival; `nth`, `first`, `every`, `burst` and `max` count arrivals, and `window` looks at
the time. The counts are kept by whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, Protocol

from msgspec import Meta, Struct

from understudy.faults._duration import Seconds
from understudy.faults._fault import Fault
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.model.ports import Random

Count = Annotated[int, Meta(ge=1, le=10**9)]
Share = Annotated[float, Meta(ge=0, le=1)]
Per = Literal["session", "key", "model"]


class Window(Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """A time after the start of the server: from `start` (its beginning) to `end` (for ever), over again each `period`."""

    start: Seconds | None = None
    end: Seconds | None = None
    period: Seconds | None = None

    def __post_init__(self) -> None:
        start = self.start or 0.0
        if self.end is not None and self.end <= start:
            raise ValueError("window: expected 'to' after 'from'")
        if self.period is not None and (not self.period or self.period < (self.end or start)):
            raise ValueError("window: expected 'period' to hold 'from' and 'to'")

    def holds(self, elapsed: float) -> bool:
        """Say whether a moment lies in the window."""
        if self.period is not None:
            elapsed %= self.period
        return (self.start or 0.0) <= elapsed and (self.end is None or elapsed < self.end)


class Burst(Struct, frozen=True, forbid_unknown_fields=True):
    """Bad times and good ones by turns (Gilbert and Elliott): each call may begin or end a bad time.

    `enter` and `leave` are the shares of calls that begin and end one; within, `probability` of the calls are struck.
    """

    enter: Share
    leave: Share
    probability: Share = 1.0


class Counts(Protocol):
    """What has been counted under a key, by whoever keeps such things."""

    def advance(self, key: str) -> int:
        """Return the count before, and count one more."""
        ...

    def count(self, key: str) -> int:
        """Return the count."""
        ...

    def arrival(self, key: str, number: int) -> float:
        """Draw a number in [0, 1) that belongs to an arrival rather than to a request."""
        ...


class Trigger(Struct, frozen=True, forbid_unknown_fields=True):
    """The conditions of a strike. `per` says whose arrivals are counted, each within its session."""

    probability: Share | None = None
    nth: Count | Annotated[tuple[Count, ...], Meta(min_length=1)] | None = None
    first: Count | None = None
    every: Count | None = None
    window: Window | None = None
    burst: Burst | None = None
    max: Count | None = None
    per: Per = "session"

    @property
    def is_of_time(self) -> bool:
        """Say whether nothing is counted or drawn: it always strikes, or within its window."""
        return self == Trigger(window=self.window, per=self.per)

    @property
    def counts(self) -> bool:
        """Say whether arrivals or strikes are counted."""
        return any(bound is not None for bound in (self.nth, self.first, self.every, self.burst, self.max))

    def strikes(self, key: str, elapsed: float, random: Random, counts: Counts) -> bool:
        """Decide for one call that the fault is meant for; `key` is the name of its counters."""
        if self.window is not None and not self.window.holds(elapsed):
            return False
        if not self._is_turn(key, counts) or not self._is_bad_time(key, counts):
            return False
        if self.probability is not None and random.uniform("probability") >= self.probability:
            return False
        return self.max is None or counts.advance(f"{key}/max") < self.max

    def _is_turn(self, key: str, counts: Counts) -> bool:
        if self.nth is None and self.first is None and self.every is None:
            return True
        number = counts.advance(key) + 1
        nth = (self.nth,) if isinstance(self.nth, int) else self.nth
        return (
            (nth is None or number in nth)
            and (self.first is None or number <= self.first)
            and (self.every is None or number % self.every == 0)
        )

    def _is_bad_time(self, key: str, counts: Counts) -> bool:
        """Move between good and bad times; times are bad while the number of changes is odd."""
        burst = self.burst
        if burst is None:
            return True
        key = f"{key}/burst"
        number, bad = counts.advance(key), counts.count(f"{key}/changes") % 2 == 1
        if counts.arrival(key, number) < (burst.leave if bad else burst.enter):
            counts.advance(f"{key}/changes")
            bad = not bad
        return bad and counts.arrival(f"{key}/strikes", number) < burst.probability


ALWAYS = Trigger()


class Armed(Struct, frozen=True):
    """A fault with its trigger; `test` is the compiled `when`: None from it means that the call is not meant.

    `chooses` says that it looks at what is asked for: only such a fault is ever meant for who asks whether the server is well.
    `tally` tells its counters from those of another fault of the same name; whoever names faults gives it.
    """

    fault: Fault
    trigger: Trigger = ALWAYS
    test: Callable[[Call, Request], Any] | None = None
    tally: str = ""
    chooses: bool = False
