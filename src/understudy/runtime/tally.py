"""Takes note of when events were due and when they were sent: in their streams, and in the `Lateness` of all. Knows no clock.

Moments are told in slots of the wheel, which are as fine as anybody needs: differences of whole numbers cost next to nothing.
"""

from __future__ import annotations

from typing import Any, Protocol

from understudy.runtime.lateness import TICKS, Lateness
from understudy.runtime.stream import Stream
from understudy.runtime.wheel import Wheel


class Counts(Protocol):
    """What counts times, in slots of the wheel; one that is too long is an `IndexError`."""

    def __getitem__(self, slots: int, /) -> int:
        """Give how many there are of a time."""
        ...

    def __setitem__(self, slots: int, count: int, /) -> None:
        """Set it."""
        ...


class Tally:
    """What counts the events of streams.

    Args:
        lateness: takes the times.
        wheel: whose slots moments are told in.

    Attributes:
        lateness: where they are counted.
        lates: counts how late events were.
        planneds: counts planned times from one event to the next.
        actuals: counts what became of them.
    """

    __slots__ = ("_wheel", "actuals", "lateness", "lates", "planneds")

    def __init__(self, lateness: Lateness, wheel: Wheel[Any]) -> None:
        self.lateness, self._wheel = lateness, wheel
        kinds = (lateness.late, lateness.itl_planned, lateness.itl_actual)
        per = TICKS / wheel.rate
        self.lates, self.planneds, self.actuals = (times.ticks if per == 1.0 else _Scaled(times.ticks, per) for times in kinds)

    def note(self, stream: Stream, at: float) -> None:
        """Count an event that was due at `stream.due` and is sent now; of what is nobody's answer nothing is counted."""
        if not stream.silent:
            self.count(stream, self._wheel.slot(stream.due), self._wheel.nearest(at), at)

    def count(self, stream: Stream, slot: int, sent: int, at: float) -> None:
        """Count an event that was due at `stream.due`, in that slot, and is sent now, which is `sent` in slots."""
        late = sent - slot
        if late > 0:
            stream.late = max(stream.late, late / self._wheel.rate)
        else:
            late = 0
        self.late(late, 1)
        if stream.events:
            try:
                self.planneds[slot - stream.was] += 1
                self.actuals[sent - stream.at] += 1
            except IndexError:
                self.long(slot - stream.was, sent - stream.at)
        else:
            self.first(stream, at)
        stream.events += 1
        stream.was, stream.at = slot, sent

    def first(self, stream: Stream, at: float) -> None:
        """Take note of the first event of a stream."""
        stream.first_due, stream.first_at = stream.due, at
        self.lateness.first(stream.due - stream.start, at - stream.start)

    def long(self, planned: int, actual: int) -> None:
        """Count the times from one event to the next, of which one was too long; if it is the latter, the former is counted."""
        rate = self._wheel.rate
        if planned * TICKS / rate >= len(self.lateness.itl_planned.ticks):
            self.lateness.itl_planned.add(planned / rate)
        self.lateness.itl_actual.add(actual / rate)

    def late(self, slots: int, events: int) -> None:
        """Count events that were so much later than due."""
        try:
            self.lates[slots] += events
        except IndexError:
            for _ in range(events):
                self.lateness.late.add(slots / self._wheel.rate)


class _Scaled:
    """Counts in slots that are no ticks."""

    __slots__ = ("_per", "_ticks")

    def __init__(self, ticks: list[int], per: float) -> None:
        self._ticks = ticks
        self._per = per

    def __getitem__(self, slots: int, /) -> int:
        return self._ticks[int(slots * self._per)]

    def __setitem__(self, slots: int, count: int, /) -> None:
        self._ticks[int(slots * self._per)] = count
