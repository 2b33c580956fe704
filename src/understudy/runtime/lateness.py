"""The truth about time: when events were due, and when they were sent.

The player writes, everybody else reads. Times are seconds. What is counted here is the server's own part: whatever the network
and the client add comes on top.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from understudy.histogram import FINE, Spectrum

TICKS: Final = 8192
"""Ticks in a second: times below `TICKED` are counted by the tick they lie in, which is the cheapest way there is."""

TICKED: Final = 1.0
"""Seconds from which times are counted exactly but at a price."""

_HAIR: Final = 5e-7  # seconds that a sum of waits may be above a bound: it is told to the microsecond

_PART = 128  # ticks passed over at once where there are none


class Times:
    """A distribution of times: `ticks` counts short ones (index: the time in ticks), `add` takes any.

    Args:
        between: whether a time is that between two moments, each told in ticks: it is a tick too long or too short, and neither
            on average. Where it is within a tick of a bound it counts as within that bound, for plans are round numbers.
    """

    __slots__ = ("_between", "_long", "ticks")

    def __init__(self, *, between: bool = False) -> None:
        self.ticks = [0] * int(TICKS * TICKED * 2)  # so that a time just above does no harm
        self._long = Spectrum()
        self._between = between

    def add(self, seconds: float) -> None:
        """Count a time; what is below 0 counts as 0."""
        if seconds < TICKED:
            self.ticks[int(seconds * TICKS) if seconds > 0.0 else 0] += 1
        else:
            self._long.add(seconds)

    def add_exactly(self, seconds: float, events: int = 1) -> None:
        """Count a time of so many events to the microsecond, which is for those that are rare."""
        self._long.put(bisect_left(FINE, seconds - _HAIR), events, seconds)

    @property
    def total(self) -> int:
        """How many times were counted."""
        return sum(self.ticks) + self._long.total

    def histogram(self) -> Spectrum:
        """Give the distribution of this moment. What was counted in ticks is taken to lie in the middle of its tick."""
        made = self._long.copy()
        made.max = round(made.max, 6)
        here, least = (0.0, -1.0) if self._between else (0.5, 0.5)
        for begin in range(0, len(self.ticks), _PART):
            part = self.ticks[begin : begin + _PART]
            if any(part):
                for tick, count in enumerate(part, begin):
                    if count:
                        made.put(bisect_left(made.bounds, (tick + least) / TICKS), count, (tick + here) / TICKS)
        return made

    def clear(self) -> None:
        """Start again from nothing."""
        self.ticks[:] = [0] * len(self.ticks)  # in place: the player holds the list
        self._long.clear()


class Lateness:
    """Planned and actual times of all streams of a server.

    Attributes:
        late: how much later than due each event was handed to the socket.
        lag: how much later than asked for the event loop woke the player.
        ttft_planned: from the whole request to the first event, as the plan wanted it.
        ttft_actual: the same as it was.
        itl_planned: from one event that carries a token to the next, as the plan wanted it.
        itl_actual: the same as it was.
        pauses: how often a client that did not read made a stream wait.
        paused_seconds: how long these waits took, those that are over.
        streams: how many streams are being played.
        kept_back: events whose client did not read when they were due, which tell nothing of the server.
        waits: answers that waited before they began, for which it can be late as for events.
    """

    __slots__ = (
        "itl_actual",
        "itl_planned",
        "kept_back",
        "lag",
        "late",
        "paused_seconds",
        "pauses",
        "streams",
        "ttft_actual",
        "ttft_planned",
        "waits",
    )

    def __init__(self) -> None:
        self.late = Times()
        self.lag = Times()
        self.ttft_planned = Times()
        self.ttft_actual = Times()
        self.itl_planned = Times(between=True)
        self.itl_actual = Times(between=True)
        self.pauses = 0
        self.paused_seconds = 0.0
        self.streams = 0
        self.kept_back = 0
        self.waits = 0

    @property
    def events(self) -> int:
        """How many events were sent at a moment of their own."""
        return self.late.total - self.waits + self.kept_back

    def first(self, planned: float, actual: float) -> None:
        """Count the first event of a stream: seconds after the request was whole."""
        self.ttft_planned.add_exactly(planned)
        self.ttft_actual.add_exactly(actual)

    def clear(self) -> None:
        """Start again from nothing; streams under way go on being counted."""
        for times in (self.late, self.lag, self.ttft_planned, self.ttft_actual, self.itl_planned, self.itl_actual):
            times.clear()
        self.pauses = 0
        self.paused_seconds = 0.0
        self.kept_back = self.waits = 0
