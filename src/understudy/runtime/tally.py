"""Takes note of when events were due and when they were sent: in their streams, and in the `Lateness` of all. Knows no clock.

Moments are told in slots of the wheel, which are as fine as anybody needs: differences of whole numbers cost next to nothing.
"""

from __future__ import annotations

from typing import Any, Protocol

from understudy.runtime.lateness import TICKS, Lateness, Times
from understudy.runtime.stream import Stream
from understudy.runtime.wheel import Wheel


class Counts(Protocol):
    """What counts times, in slots of the wheel; one that is too long, or to be told exactly, is an `IndexError`."""

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
        planneds: counts planned times from one event that carries a token to the next.
        actuals: counts what became of them.
        slot: the width of a slot in seconds.
    """

    __slots__ = ("_wheel", "actuals", "lateness", "lates", "planneds", "slot")

    def __init__(self, lateness: Lateness, wheel: Wheel[Any]) -> None:
        self.lateness, self._wheel = lateness, wheel
        kinds = (lateness.late, lateness.itl_planned, lateness.itl_actual)
        self.slot = 1.0 / wheel.rate
        per = TICKS / wheel.rate
        self.lates, self.planneds, self.actuals = (
            [] if wheel.exact else times.ticks if per == 1.0 else _Scaled(times.ticks, per) for times in kinds
        )

    def note(self, stream: Stream, at: float) -> None:
        """Count an event that was due at `stream.due` and is sent now; of what is nobody's answer nothing is counted."""
        if not stream.silent:
            self.count(stream, self._wheel.slot(stream.due), self._wheel.nearest(at), at)

    def count(self, stream: Stream, slot: int, sent: int, at: float) -> None:
        """Count an event that was due at `stream.due`, in that slot, and is sent now, which is `sent` in slots.

        What was due while the client did not read, or before all that was due then had been sent, tells nothing of the server.
        """
        waited, last, said = stream.due < stream.resumed, (slot, sent), stream.said
        says = said is None or said[stream.events]
        if stream.last is None:
            self.first(stream, stream.due if waited else at)
        elif says and not waited:
            self.gaps(stream.last, last, 1)
        if waited:
            stream.resumed = at
            self.lateness.kept_back += 1
        else:
            late = max(0, sent - slot)
            stream.late = max(stream.late, late)
            self.late(late, 1)
        if says:  # no time from one token to the next begins or ends with what carries none
            stream.last = last
        stream.events += 1

    def aside(self, stream: Stream, at: float) -> None:
        """Count an event of no run that carries no token."""
        last, stream.last = stream.last, None
        self.note(stream, at)
        stream.last = last

    def first(self, stream: Stream, at: float) -> None:
        """Take note of the first event of a stream, or of the one beside it, before `stream.late` tells of it."""
        if stream.events:
            return
        if stream.first_due == stream.due >= stream.resumed:  # so much came before it that it was counted as beginning then
            self.late(stream.late, -1)
            self.lateness.waits -= 1
        stream.first_due, stream.first_at = stream.due, at
        self.lateness.first(stream.due - stream.start, at - stream.start)

    def gaps(self, before: tuple[int, int], last: tuple[int, int], events: int) -> None:
        """Count the times of so many streams from one token to the next: when both were due, and when they were sent."""
        planned, actual = last[0] - before[0], last[1] - before[1]
        try:
            self.planneds[planned] += events
        except IndexError:
            self._add(self.lateness.itl_planned, planned, events)
        try:
            self.actuals[actual] += events
        except IndexError:
            self._add(self.lateness.itl_actual, actual, events)

    def late(self, slots: int, events: int) -> None:
        """Count events that were so much later than due."""
        try:
            self.lates[slots] += events
        except IndexError:
            self._add(self.lateness.late, slots, events)

    def begun(self, stream: Stream, due: float, at: float) -> None:
        """Count an answer that begins now, where it was to wait for that: it is no event, but the server can be as late for it.

        What begins with an event is counted as that alone; events that were due later may have been counted already, where the
        server is late.
        """
        if stream.silent or (stream.events and stream.first_due <= due) or not stream.start < due >= stream.resumed:
            return
        late = max(0, self._wheel.nearest(at) - self._wheel.slot(due))
        stream.late = max(stream.late, late)
        if not stream.events:
            stream.first_due = due
        self.late(late, 1)
        self.lateness.waits += 1

    def _add(self, times: Times, slots: int, events: int) -> None:
        """Count times that are too long for a tick of their own, or that are no whole ticks."""
        times.add_exactly(slots * self.slot, events)


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
