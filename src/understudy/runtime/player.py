"""Plays plans when they are due. One timer wheel and one alarm serve all streams.

Deadlines are absolute, so that streams never drift. `Stage` plays one stream, `Ensemble` those that are due together; here is
who plays when. Knows no HTTP and no provider.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from understudy.model.plan import Outcome, Plan, Solo
from understudy.model.ports import Clock, OnError
from understudy.model.steady import Steady
from understudy.runtime.alarm import EXACT, Alarm
from understudy.runtime.lateness import Lateness
from understudy.runtime.march import CROWD, March
from understudy.runtime.outlet import BATCH, SLICE, Parts, hand_over
from understudy.runtime.stream import NO_FILE, Place, Stream

LONGEST_TURN: Final = 0.002
"""Seconds after which others on the loop have their turn, such as clients with new requests."""

LONGEST_REST: Final = 0.0005
"""Seconds for which events may wait for others, when there is much to do."""

PROMPT: Final = 0.0002
"""Seconds after its moment by which the player is woken where there is little to do."""


class Player(March):
    """Plays the plans of many connections.

    Args:
        clock: what deadlines are counted on.
        make_alarm: makes what wakes the player, for the function it is to call.
        soon: calls back after everybody else has had a turn.
        on_error: hears of plans that break while playing, and of listeners that do.
        lateness: takes planned and actual times.
        crowd: as `CROWD`.
    """

    def __init__(
        self,
        clock: Clock,
        make_alarm: Callable[[Callable[[], None]], Alarm],
        soon: Callable[[Callable[[], None]], object],
        on_error: OnError,
        lateness: Lateness | None = None,
        crowd: float = CROWD,
    ) -> None:
        self._alarm = make_alarm(self._tick)
        super().__init__(clock, self._alarm.step, soon, on_error, lateness or Lateness(), crowd)
        self._armed = math.inf  # the moment the alarm is set for
        self._hurried = False  # it was woken late
        self._ticking = False
        self._opening: list[tuple[Stream, bytes]] = []  # streams that begin with the next tick
        self._patience = LONGEST_REST if self._alarm.step >= EXACT else 0.0  # a clock that stands still brings no tick
        self._woken = self.since = -math.inf  # the last time, and the one before

    def close(self) -> None:
        """End the plans that are nobody's answer and give the alarm back; nothing is played any more."""
        for stream in list(self._silent):
            self.drop(stream, "server_stopped")
        self._alarm.close()

    def play(self, stream: Stream) -> None:
        """Start a stream; everything that is due already is sent before this returns."""
        self.lateness.streams += not stream.silent
        now = self._now()
        if stream.solo is not None:
            solo, stream.solo = stream.solo, None
            steady = solo.run.steady
            if steady is not None and stream.due <= now < stream.due + steady.first:
                self._begin(stream, solo, steady)
                return
            stream.steps = iter(solo)
        self._advance(stream, now, None if stream.due > now else Parts())

    def _begin(self, stream: Stream, solo: Solo, steady: Steady) -> None:
        """Start a stream whose first event is to come; the straight way, for thousands may begin within a second."""
        self._alike[steady.wait] += 1
        stream.due = stream.take_up(solo.run)
        try:
            if self._send(stream, solo.opening) and stream.steps is not None:
                self._push(stream, stream.due)
        except Exception as error:
            self._break(stream, error)

    def background(self, plan: Plan) -> Callable[[], None]:
        """Play a plan that sends nothing and is nobody's answer; return what stops it."""
        stream = Stream(plan, self._now(), _nobody, _nobody)
        stream.silent = True
        self._silent.add(stream)
        self._advance(stream, self._now())
        return lambda: self.drop(stream, "server_stopped")

    def park(self, stream: Stream) -> None:
        """Hand nothing more over: the client does not read."""
        if not stream.parked:
            stream.parked = True
            stream.file = NO_FILE
            stream.parked_at = self._now()
            self.lateness.pauses += not stream.silent
            if stream.troop is not None:
                self._fall_out(stream.troop, stream)

    def resume(self, stream: Stream) -> None:
        """Go on with a parked stream: what fell due meanwhile is sent now."""
        now = self._now()
        if stream.parked:
            self._unpark(stream)
        if stream.steps is None or stream.hanging:
            return
        if stream.place is Place.NOWHERE:
            self._advance(stream, now)
        else:  # it is not due yet, or waits at a gate
            self._flush(stream)

    def drop(self, stream: Stream, outcome: Outcome) -> None:
        """Forget a stream at once, wherever it is; nothing happens when it has ended already."""
        if stream.steps is not None:
            if stream.place is Place.WHEEL:
                self._wheel.remove(self._wheel.slot(stream.due), stream)
            elif stream.troop is not None:
                stream.troop.leave(stream)
            stream.place = Place.NOWHERE
            self._end(stream, outcome)

    # -- waiting --------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        """Play everything that is due."""
        now = self._now()
        wheel = self._wheel
        if self._armed is not math.inf:
            self.lateness.lag.add(now - self._armed)
        self._hurried = now - self._armed > PROMPT
        self._armed = math.inf
        self._ticking = True
        self.since, self._woken = self._woken, now
        last = now * wheel.rate
        try:
            if self._opening:
                opening, self._opening = self._opening, []
                self._open_together(opening)
            if self._recruits:
                self._muster()
            busy = True
            while busy and self._now() - now < LONGEST_TURN:
                if slots := wheel.take(last, BATCH):
                    self._play_together(slots, now + wheel.spare)
                busy = self._march(now) or bool(slots)
        finally:
            if self._done:
                self._conclude()
            self._ticking = False
            self._arm(now)

    def _send(self, stream: Stream, data: bytes) -> bool:
        """Hand over what comes before a wait. How a stream begins is written with the events of others, if they come soon: to
        write to one socket alone takes 15 to 18 us, among others 9.
        """
        soon = not self._ticking and self._armed - self._now() < self._patience
        if not soon or stream.sent or stream.socket == NO_FILE or len(data) > SLICE:
            return hand_over(stream, data)
        self._opening.append((stream, data))
        return True

    def _call_back(self, stream: Stream) -> bool:
        if stream.place is Place.WHEEL:
            return self._wheel.remove(self._wheel.slot(stream.due), stream)
        return stream.place is Place.GATE

    def _push(self, stream: Stream, due: float) -> None:
        stream.due = due
        start = None if stream.steady is None else self._enlist(stream, stream.steady)
        if start is None:
            start = self._alone(stream)
        if not self._ticking and start < self._armed - (self._patience if self._queue else 0.0):
            self._armed = max(start, self._now())  # a gate may be opened for a moment that is past
            self._alarm.set(start)

    def _arm(self, began: float) -> None:
        """Ask to be woken for the first slot there is, and for nothing else.

        To sleep and to be woken costs as much as several events, more on virtual machines. So who was woken late sleeps for as
        long as the work before took: what falls due meanwhile is played in one go. Nobody sleeps where something is due.
        What comes shortly before a troop waits for it.
        """
        first, now = self._wheel.first(), self._now()
        self._armed = start = math.inf if first is None else self._wheel.start(first)
        if self._queue and (meet := self._queue[0][0]) < max(start, now + self._patience):
            self._armed = start = meet
        if start == math.inf:
            self._alarm.clear()
        elif start <= now:
            self._alarm.again()
        else:
            rest = min(now - began, LONGEST_REST) if self._hurried else 0.0
            self._alarm.set(max(start, now + rest))


def _nobody(_: object) -> None:
    """Hear what nobody waits for."""
