"""Takes note of when an event was due and when it was sent: in the stream, and in the `Lateness` of all. Knows no clock."""

from __future__ import annotations

from understudy.runtime.lateness import Lateness
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
    stream.at, stream.was = at, due
