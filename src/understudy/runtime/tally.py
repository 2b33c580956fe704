"""Takes note of when events were due and when they were sent: in the stream, and in the `Lateness` of all.

`note` is for one event, before it is handed over; `note_together` for one event of each of many streams that were written
together. Knows no clock: the moments come in.
"""

from __future__ import annotations

from understudy.runtime.lateness import TICKED, TICKS, Lateness
from understudy.runtime.stream import Stream


def note(lateness: Lateness, stream: Stream, at: float) -> None:
    """Count an event that was due at `stream.due` and is sent now; of a stream that is nobody's answer nothing is counted."""
    if stream.silent:
        return
    due = stream.due
    late = at - due
    lateness.late.add(late)
    stream.late = max(stream.late, late)
    if stream.events:
        lateness.further(due - stream.was, at - stream.at)
    else:
        stream.first_due, stream.first_at = due, at
        lateness.first(due - stream.start, at - stream.start)
    stream.events += 1
    stream.at, stream.before, stream.was = at, stream.was, due


def note_together(lateness: Lateness, streams: list[Stream], events: list[bytes], now: float, at: float) -> None:
    """Count an event of each stream, none of them its first: due at `stream.was`, written at `at`.

    Args:
        lateness: what to count in.
        streams: those whose events were written. The event before was due less than `TICKED` seconds before `now`.
        events: what was written of each.
        now: when playing them began.
        at: when they were written.
    """
    if at - now >= TICKED:
        _note_long(lateness, streams, events, at)
        return
    lates, actuals, planneds = lateness.late.ticks, lateness.itl_actual.ticks, lateness.itl_planned.ticks
    for stream, data in zip(streams, events, strict=True):
        late = at - stream.was
        lates[int(late * TICKS)] += 1
        actuals[int((at - stream.at) * TICKS)] += 1
        planneds[int((stream.was - stream.before) * TICKS)] += 1
        if late > stream.late:
            stream.late = late
        stream.at = at
        stream.events += 1
        stream.sent += len(data)


def _note_long(lateness: Lateness, streams: list[Stream], events: list[bytes], at: float) -> None:
    """Do the same when the machine slept meanwhile: these times are longer than ticks can count."""
    for stream, data in zip(streams, events, strict=True):
        late = at - stream.was
        lateness.late.add(late)
        lateness.further(stream.was - stream.before, at - stream.at)
        stream.late = max(stream.late, late)
        stream.at = at
        stream.events += 1
        stream.sent += len(data)
