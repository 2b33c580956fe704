"""Time, real and virtual, and the one way to be woken at a deadline.

Deadlines are seconds on `clock.monotonic()`, never on the event loop's own clock: uvloop's ticks in whole milliseconds.
`VirtualClock` moves only when told to, so that tests know every time exactly.
"""

from __future__ import annotations

import asyncio
import heapq
import math
import time
from collections.abc import Callable
from typing import Final, Protocol

from understudy.model.ports import Clock


class Handle(Protocol):
    """A wake-up that can be called off."""

    def cancel(self) -> None:
        """Call it off."""
        ...


class Timers(Protocol):
    """Wakes a callback once a deadline has passed, never before."""

    def call_at(self, deadline: float, callback: Callable[[], None]) -> Handle:
        """Call back as soon as `clock.monotonic()` has reached the deadline."""
        ...


class RealClock:
    """The machine's clocks."""

    __slots__ = ()

    monotonic = staticmethod(time.monotonic)
    wall = staticmethod(time.time)


class LoopTimers:
    """Wake-ups of an event loop, for deadlines on a clock of its own; `exact` says whether that is the machine's."""

    __slots__ = ("_call_later", "_now", "exact")

    def __init__(self, loop: asyncio.AbstractEventLoop, clock: Clock) -> None:
        self._call_later = loop.call_later
        self._now = clock.monotonic
        self.exact = isinstance(clock, RealClock)

    def call_at(self, deadline: float, callback: Callable[[], None]) -> Handle:
        """Call back at the first whole millisecond of the loop behind the deadline (or so: callers look at the clock)."""
        delay = deadline - self._now()
        return self._call_later(math.ceil(delay * 1000) / 1000 if delay > 0 else 0, callback)


_HAIR: Final = 1e-9  # seconds by which a sum of waits may miss that of steps


class VirtualClock:
    """A clock that stands still until `advance` moves it. It wakes whoever asked for a time on the way, at that time.

    Who asked for a time that is less than a nanosecond away is woken: sums of small steps are never quite what was written.

    It is a `Clock` and `Timers` at once. With a running server it must be advanced on the server's loop.
    """

    def __init__(self, monotonic: float = 0.0, wall: float = 0.0) -> None:
        self._now = monotonic
        self._offset = wall - monotonic
        self._alarms: list[tuple[float, int, _Alarm]] = []
        self._asked = 0

    def monotonic(self) -> float:
        """Return the seconds this clock has been moved to."""
        return self._now

    def wall(self) -> float:
        """Return unix time, as far as this clock has been moved."""
        return self._offset + self._now

    def call_at(self, deadline: float, callback: Callable[[], None]) -> Handle:
        """Call back when the clock is moved to the deadline or beyond."""
        self._asked += 1
        alarm = _Alarm(callback)
        heapq.heappush(self._alarms, (deadline, self._asked, alarm))
        return alarm

    def advance(self, seconds: float) -> None:
        """Move the clock, stopping at every wake-up on the way."""
        goal = self._now + seconds
        end = goal + _HAIR
        while self._alarms and self._alarms[0][0] <= end:
            deadline, _, alarm = heapq.heappop(self._alarms)
            if alarm.callback is not None:
                goal, self._now = max(goal, deadline), max(self._now, deadline)
                alarm.callback()
        self._now = goal

    @property
    def pending(self) -> int:
        """How many wake-ups are waited for."""
        return sum(alarm.callback is not None for _, _, alarm in self._alarms)


class _Alarm:
    """One wake-up of a virtual clock."""

    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None
