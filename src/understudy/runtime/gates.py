"""Where streams wait for somebody, not for a moment: at gates, for ever or for so long at most.

In: streams that come to a gate. Out: the moment they go on, once it is known. A stream that waits at a gate for so long at most
is in the wheel for the moment that is over, and is called back when the gate opens. Sends nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import inf

from understudy.model.plan import UNSAID, Gate, Until
from understudy.runtime.stream import Place, Stream
from understudy.runtime.tally import Tally


class Gates:
    """Where streams wait at gates.

    Args:
        now: seconds on the monotonic clock.
        tally: counts events, and how late waits end.
    """

    def __init__(self, now: Callable[[], float], tally: Tally) -> None:
        self._now = now
        self._tally = tally
        self.lateness = tally.lateness

    def _push(self, stream: Stream, due: float) -> None:
        """Play the stream on at that moment."""
        raise NotImplementedError

    def _call_back(self, stream: Stream) -> bool:
        """Let a stream wait no longer; False for one that does not: its client does not read, or its turn has come."""
        raise NotImplementedError

    def _at_gate(self, stream: Stream, gate: Gate | Until) -> float | None:
        """Come to a gate; tell when the stream goes on, as far as is known, None when it waits for the gate alone."""
        stream.gate = gate
        if isinstance(gate, Until):
            return self._at_gate_until(stream, gate)
        if gate.at is None:
            stream.place = Place.GATE
            gate.heard = partial(self._opened, stream)
            return None
        due, gate.at = max(stream.due, gate.at), None
        return due

    def _at_gate_until(self, stream: Stream, wait: Until) -> float | None:
        over = wait.begin(stream.due)
        wait.gate.heard = partial(self._opened_meanwhile, stream, wait)
        if over < inf:
            return over
        stream.place = Place.GATE
        return None

    def _opened(self, stream: Stream, at: float) -> None:
        """Hear that the gate of a stream is open."""
        if stream.steps is not None:
            self._push(stream, max(stream.due, at))

    def _opened_meanwhile(self, stream: Stream, wait: Until, at: float) -> None:
        """Hear the same of a gate at which the stream waits for so long at most."""
        wait.gate.at = at
        if self._call_back(stream):
            self._push(stream, wait.over)
        else:
            stream.due = wait.over

    def _past(self, stream: Stream, gate: Gate | Until) -> None:
        """Go past a gate: what stands behind it is an event, unless the time was over first."""
        stream.gate = None
        if isinstance(gate, Until):
            if not gate.end():
                return
            gate = gate.gate
        note = self._tally.aside if gate is UNSAID else self._tally.note
        note(stream, self._now())
