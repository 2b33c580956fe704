"""Plays one stream as far as it can be played now: what is due goes out, what is not is left to whoever keeps the time.

In: plans, with a function that writes and one that hears the end. What is due at once goes out as one write. A client that does
not read parks its stream: time passes, no event is lost, and at most about `SLICE` bytes more are handed over. Planned and
actual moments go to `Lateness`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from enum import Enum

from understudy.model.plan import Ending, Gate, Outcome, Run, Until
from understudy.model.ports import Clock, OnError
from understudy.runtime.gates import Gates
from understudy.runtime.outlet import Parts, hand_over
from understudy.runtime.stream import OUTCOMES, OVER, Place, Stream
from understudy.runtime.tally import Tally


class _Still(Enum):
    """What playing returns while a plan is not over."""

    PLAYING = "playing"


class Stage(Gates):
    """Where plans are played.

    Args:
        clock: what deadlines are counted on.
        soon: calls back after everybody else has had a turn.
        on_error: hears of plans that break while playing, and of listeners that do.
        tally: counts events.
    """

    def __init__(self, clock: Clock, soon: Callable[[Callable[[], None]], object], on_error: OnError, tally: Tally) -> None:
        super().__init__(clock.monotonic, tally)
        self._soon = soon
        self._on_error = on_error
        self._again: list[Stream] = []  # streams with more to send at once, after the others
        self._silent: set[Stream] = set()  # those that are nobody's answer
        self._alike: Counter[float] = Counter()  # how many have steady runs, by their interval

    def _advance(self, stream: Stream, now: float, parts: Parts | None = None) -> None:
        """Play what is due, behind parts that were. An error of the plan, or of the write, breaks that one stream only."""
        try:
            ending = self._play_due(stream, now) if parts is None else self._play_on(stream, now, parts)
        except Exception as error:
            self._break(stream, error)
            return
        if isinstance(ending, _Still) or stream.steps is None:  # the latter: dropped by what it called
            return
        if ending is Ending.HANG:
            stream.hanging = True
        else:
            self._end(stream, OUTCOMES[ending])
        stream.played(ending)

    def _flush(self, stream: Stream) -> None:
        """Hand over what is left of a large step, to a client that reads again before the stream's next moment."""
        try:
            if stream.rest is not None:
                hand_over(stream, stream.rest)
        except Exception as error:
            self._break(stream, error)

    def _break(self, stream: Stream, error: Exception) -> None:
        self._on_error(error)
        if stream.steps is not None:
            self._end(stream, OUTCOMES[Ending.ABORT])
            stream.played(Ending.ABORT)

    def _play_due(self, stream: Stream, now: float) -> Ending | _Still | None:
        """Play until something lies in the future, the client cannot keep up, or the plan ends (return how)."""
        if stream.rest is not None:
            hand_over(stream, stream.rest)
        if stream.steps is None or stream.parked:
            return _Still.PLAYING
        if stream.due > now:
            self._push(stream, stream.due)
            return _Still.PLAYING
        return self._play_on(stream, now, Parts())

    def _play_on(self, stream: Stream, now: float, parts: Parts) -> Ending | _Still | None:
        """Do the same for a stream that is due and whose client reads; parts are handed over before everything."""
        steps = stream.steps
        if steps is None:
            return _Still.PLAYING
        if stream.gate is not None:
            self._past(stream, stream.gate)
        while stream.frames is None or self._play_run(stream, now, parts):
            for step in steps:
                if type(step) is bytes:
                    if parts.add(step) and not self._spill(stream, parts):
                        return self._pause(stream)
                elif isinstance(step, Ending):
                    return self._last(stream, parts, step)
                elif (due := self._due(stream, step)) is None or due > now:
                    return self._until(stream, due, parts)
                elif self._reached(stream, due, parts):
                    break
            else:
                return self._last(stream, parts, None)
        return _Still.PLAYING

    def _due(self, stream: Stream, step: bytes | float | Gate | Until | Run) -> float | None:
        """Tell when the stream goes on after a step that sends nothing by itself; None = when its gate is opened."""
        if isinstance(step, float):
            return stream.due + step
        if isinstance(step, Run):
            if step.steady is not None:
                self._alike[step.steady.wait] += 1
            return stream.take_up(step)
        if isinstance(step, Gate | Until):
            return self._at_gate(stream, step)
        raise TypeError(f"plan: expected a step, got {type(step).__name__}")

    def _reached(self, stream: Stream, due: float, parts: Parts) -> bool:
        """Go past a wait that is over or a gate that was open; tell whether a run begins."""
        if parts.size and parts.since is None:
            parts.since = stream.due
        stream.due = due
        if stream.gate is not None:
            self._past(stream, stream.gate)
        return stream.frames is not None

    def _play_run(self, stream: Stream, now: float, parts: Parts) -> bool:
        """Play events of a run; tell whether it is over."""
        while stream.frames is not None and (frame := next(stream.frames, None)) is not None:
            due = next(stream.dues, OVER)
            self._tally.note(stream, self._now())
            large = parts.add(stream.joint.join(frame))
            if due == OVER:
                break
            stream.due = due
            if due > now:
                self._until(stream, due, parts)
                return False
            if large and not parts.spill(stream):
                self._pause(stream)
                return False
        self._over(stream, parts)
        return True

    def _over(self, stream: Stream, parts: Parts) -> None:
        """Go past a run whose last event is played."""
        stream.frames = None
        if stream.end is not None:
            parts.add(stream.joint.join(stream.end))
            stream.end = None

    def _until(self, stream: Stream, due: float | None, parts: Parts) -> _Still:
        """Hand over what there is, and go on later: at a moment, or when the stream's gate is opened."""
        if parts.size and not stream.sent:
            self._begins(stream, parts)
        if due is not None:
            stream.due = due
        ready = not parts.data or self._send(stream, b"".join(parts.data))
        if ready and due is not None and stream.steps is not None:
            self._push(stream, due)
        return _Still.PLAYING

    def _spill(self, stream: Stream, parts: Parts) -> bool:
        """Hand over what is much; tell whether there is room for more."""
        if not stream.sent:
            self._begins(stream, parts)
        return parts.spill(stream)

    def _begins(self, stream: Stream, parts: Parts) -> None:
        """Count an answer of which nothing was sent before."""
        self._tally.begun(stream, stream.due if parts.since is None else parts.since, self._now())

    def _send(self, stream: Stream, data: bytes) -> bool:
        """Hand over what comes before a wait; tell whether the client would take more."""
        return hand_over(stream, data)

    def _pause(self, stream: Stream) -> _Still:
        """Let others have their turn; a parked stream waits for its client instead."""
        if not stream.parked:
            if not self._again:
                self._soon(self._go_on)
            self._again.append(stream)
        return _Still.PLAYING

    def _go_on(self) -> None:
        """Give those that let others go first their next turn, unless somebody else has woken them meanwhile."""
        again, self._again = self._again, []
        now = self._now()
        for stream in again:
            if stream.place is Place.NOWHERE and not (stream.parked or stream.hanging or stream.steps is None):
                self._advance(stream, now)

    def _last(self, stream: Stream, parts: Parts, ending: Ending | None) -> Ending | _Still | None:
        """Write what is left and end; when the client does not take all of it, keep the ending for later."""
        if parts.data:
            if not stream.sent:
                self._begins(stream, parts)
            hand_over(stream, b"".join(parts.data))
        if stream.rest is not None and ending is not Ending.ABORT:
            self._close(stream.steps)
            stream.steps = iter(() if ending is None else (ending,))
            return _Still.PLAYING
        return ending

    def _end(self, stream: Stream, outcome: Outcome) -> None:
        """Let go of everything a stream holds, and tell its listener, once."""
        steps, stream.steps, stream.rest, stream.frames = stream.steps, None, None, None
        if stream.silent:
            self._silent.discard(stream)
        else:
            self.lateness.streams -= 1
        if stream.steady is not None:
            self._alike[stream.steady.wait] -= 1
            if not self._alike[stream.steady.wait]:
                del self._alike[stream.steady.wait]
        if stream.parked:
            self._unpark(stream)
        self._close(steps)
        if stream.ended is not None:
            try:
                stream.ended(stream.delivery(outcome, self._tally.slot))
            except Exception as error:
                self._on_error(error)

    def _unpark(self, stream: Stream) -> None:
        """Count the time for which the client did not read."""
        stream.parked = False
        stream.resumed = self._now()
        paused = stream.resumed - stream.parked_at
        stream.paused += paused
        if not stream.silent:
            self.lateness.paused_seconds += paused

    def _close(self, steps: object) -> None:
        """Let a generator run its `finally` now, not when it is collected."""
        close = getattr(steps, "close", None)
        if close is not None:
            try:
                close()
            except Exception as error:
                self._on_error(error)
