"""Plays plans: sends what is due, waits, ends as told. One heap of deadlines and one timer serve all streams.

In: plans, with a function that writes and one that hears the end. Deadlines are absolute, so that streams never drift;
whatever is due at once goes out as one write. A client that does not read parks its stream: time passes, no event is
lost, and at most about `SLICE` bytes more are handed over. Knows no socket, no HTTP and no provider.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Final

from understudy.model.plan import Ending, Outcome, Plan, Step
from understudy.model.ports import Clock
from understudy.runtime.clock import Handle, Timers

SLICE: Final = 64 * 1024
"""Most bytes handed over before the client's pace is looked at again."""

TURN: Final = 1024 * 1024
"""Most bytes one stream may hand over before others get their turn."""

OUTCOMES: Final[dict[Ending | None, Outcome]] = {None: "done", Ending.CLOSE: "closed", Ending.ABORT: "aborted"}

OnError = Callable[[BaseException], None]


class _Still(Enum):
    """What playing returns while a plan is not over."""

    PLAYING = "playing"


class Stream:
    """One plan being played. Thousands live at once, so it holds no more than it must.

    Args:
        plan: what to play.
        start: the moment the plan's waits count from.
        write: hands bytes to the client. It may set `parked` while it runs: the client reads too slowly.
        played: hears how the plan ended, None when it ran out. After `HANG` the stream lives on until it is dropped.
    """

    __slots__ = ("due", "ended", "hanging", "parked", "played", "rest", "sent", "steps", "timed", "write")

    def __init__(
        self, plan: Plan, start: float, write: Callable[[bytes], None], played: Callable[[Ending | None], None]
    ) -> None:
        self.steps: Iterator[Step] | None = iter(plan.steps)
        self.ended = plan.ended
        self.write = write
        self.played = played
        self.due = start
        self.sent = 0
        self.rest: memoryview | None = None  # of a large step, while parked
        self.parked = False
        self.timed = False  # there is a live entry in the heap
        self.hanging = False


class Player:
    """Plays the plans of many connections.

    Args:
        clock: what deadlines are counted on.
        timers: what wakes the player; at most one wake-up is asked for at a time.
        soon: calls back after everybody else has had a turn.
        on_error: hears of plans that break while playing, and of listeners that do.
    """

    def __init__(self, clock: Clock, timers: Timers, soon: Callable[[Callable[[], None]], object], on_error: OnError) -> None:
        self._now = clock.monotonic
        self._timers = timers
        self._soon = soon
        self._on_error = on_error
        self._heap: list[tuple[float, int, Stream]] = []
        self._count = 0  # breaks ties: first come, first served
        self._dead = 0  # entries of the heap whose stream is gone
        self._alarm: Handle | None = None
        self._armed = math.inf
        self._ticking = False
        self._again: list[Stream] = []  # streams with more to send at once, after the others

    @property
    def waiting(self) -> int:
        """How many streams wait for a deadline."""
        return len(self._heap) - self._dead

    def play(self, stream: Stream) -> None:
        """Start a stream; everything that is due already is sent before this returns."""
        self._advance(stream, self._now())

    def resume(self, stream: Stream) -> None:
        """Go on with a parked stream: what fell due meanwhile is sent now."""
        stream.parked = False
        if not stream.timed and not stream.hanging and stream.steps is not None:
            self._advance(stream, self._now())

    def drop(self, stream: Stream, outcome: Outcome) -> None:
        """Forget a stream at once, wherever it is; nothing happens when it has ended already."""
        if stream.steps is not None:
            if stream.timed:
                stream.timed = False
                self._bury()
            self._end(stream, outcome)

    def _advance(self, stream: Stream, now: float) -> None:
        """Play what is due. An error of the plan, or of the write, breaks that one stream and nothing else."""
        ending: Ending | _Still | None
        try:
            ending = self._play_due(stream, now)
        except Exception as error:
            self._on_error(error)
            ending = Ending.ABORT
        if ending is Ending.HANG:
            stream.hanging = True
            stream.played(ending)
        elif ending is not _Still.PLAYING:
            self._end(stream, OUTCOMES[ending])
            stream.played(ending)

    def _play_due(self, stream: Stream, now: float) -> Ending | _Still | None:
        """Play steps until one lies in the future, the client cannot keep up, or the plan ends (return how)."""
        if stream.rest is not None:
            self._hand_over(stream, stream.rest)
        if stream.steps is None or stream.parked:
            return _Still.PLAYING
        due = stream.due
        if due > now:
            self._push(stream, due)
            return _Still.PLAYING
        turn, size = TURN, 0
        pending: list[bytes] = []
        for step in stream.steps:
            if type(step) is bytes:
                pending.append(step)
                size += len(step)
                if size >= SLICE:
                    stream.due = due
                    turn -= size
                    if not self._hand_over(stream, b"".join(pending)) or turn < 0:
                        return self._pause(stream)
                    pending, size = [], 0
            elif type(step) is float:
                due += step
                if due > now:
                    stream.due = due
                    if not pending or self._hand_over(stream, b"".join(pending)):
                        self._push(stream, due)
                    return _Still.PLAYING
            else:
                return self._last(stream, pending, Ending(step))
        return self._last(stream, pending, None)

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
            if not (stream.timed or stream.parked or stream.hanging or stream.steps is None):
                self._advance(stream, now)

    def _last(self, stream: Stream, pending: list[bytes], ending: Ending | None) -> Ending | _Still | None:
        """Write what is left and end; when the client does not take all of it, keep the ending for later."""
        if pending:
            self._hand_over(stream, b"".join(pending))
        if stream.rest is not None and ending is not Ending.ABORT:
            self._close(stream.steps)
            stream.steps = iter(() if ending is None else (ending,))
            return _Still.PLAYING
        return ending

    def _hand_over(self, stream: Stream, data: bytes | memoryview) -> bool:
        """Write data; of a large piece only as much as the client takes. Tell whether it would take more."""
        if len(data) <= SLICE:
            stream.rest = None
            stream.sent += len(data)
            stream.write(bytes(data))
            return not stream.parked
        rest = memoryview(data)
        while rest and not stream.parked:
            piece, rest = bytes(rest[:SLICE]), rest[SLICE:]
            stream.sent += len(piece)
            stream.write(piece)
        stream.rest = rest or None
        return not stream.parked

    def _end(self, stream: Stream, outcome: Outcome) -> None:
        """Let go of everything a stream holds, and tell its listener, once."""
        steps, stream.steps, stream.rest = stream.steps, None, None
        self._close(steps)
        if stream.ended is not None:
            try:
                stream.ended(outcome, stream.sent)
            except Exception as error:
                self._on_error(error)

    def _close(self, steps: object) -> None:
        """Let a generator run its `finally` now, not when it is collected."""
        close = getattr(steps, "close", None)
        if close is not None:
            try:
                close()
            except Exception as error:
                self._on_error(error)

    def _push(self, stream: Stream, deadline: float) -> None:
        self._count += 1
        stream.timed = True
        heapq.heappush(self._heap, (deadline, self._count, stream))
        if deadline < self._armed and not self._ticking:
            self._arm()

    def _bury(self) -> None:
        """Account for an entry whose stream is gone; when most are dead, rebuild the heap without them."""
        self._dead += 1
        if self._dead * 2 > len(self._heap):
            self._heap = [entry for entry in self._heap if entry[2].timed]
            heapq.heapify(self._heap)
            self._dead = 0
            if not self._ticking:
                self._arm()

    def _tick(self) -> None:
        self._alarm, self._armed = None, math.inf
        now = self._now()
        self._ticking = True
        try:
            while self._heap and self._heap[0][0] <= now:
                stream = heapq.heappop(self._heap)[2]
                if not stream.timed:
                    self._dead -= 1
                    continue
                stream.timed = False
                if not stream.parked:
                    self._advance(stream, now)
        finally:
            self._ticking = False
            self._arm()

    def _arm(self) -> None:
        """Ask to be woken at the earliest deadline, and for nothing else."""
        first = self._heap[0][0] if self._heap else math.inf
        if first == self._armed:
            return
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        self._armed = first
        if self._heap:
            self._alarm = self._timers.call_at(first, self._tick)
