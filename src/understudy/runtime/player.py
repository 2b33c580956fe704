"""Plays plans when they are due. One timer wheel and one alarm serve all streams.

Deadlines are absolute, so that streams never drift. `Stage` plays one stream; here is who plays when, and the one case that
nearly everything is: the next event of a run is due. Knows no HTTP and no provider.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Final

from understudy.model.plan import Outcome, Plan
from understudy.model.ports import Clock
from understudy.runtime.alarm import Alarm
from understudy.runtime.lateness import TICKED, Lateness
from understudy.runtime.outlet import Parts, write_together
from understudy.runtime.stage import OnError, Stage
from understudy.runtime.stream import NO_FILE, NOWHERE, Stream
from understudy.runtime.tally import note, note_together
from understudy.runtime.wheel import Wheel

BATCH: Final = 64
"""Most streams whose events are written in one go."""

LONGEST_TURN: Final = 0.002
"""Seconds after which others on the loop have their turn, such as clients with new requests."""

LONGEST_REST: Final = 0.0005
"""Seconds for which events may wait for others, when there is much to do."""

OVER: Final = (-math.inf, b"")
"""What comes after the last event of a run."""


class Player(Stage):
    """Plays the plans of many connections.

    Args:
        clock: what deadlines are counted on.
        make_alarm: makes what wakes the player, for the function it is to call.
        soon: calls back after everybody else has had a turn.
        on_error: hears of plans that break while playing, and of listeners that do.
        lateness: takes planned and actual times.
    """

    def __init__(
        self,
        clock: Clock,
        make_alarm: Callable[[Callable[[], None]], Alarm],
        soon: Callable[[Callable[[], None]], object],
        on_error: OnError,
        lateness: Lateness | None = None,
    ) -> None:
        super().__init__(clock, soon, on_error, lateness or Lateness())
        self._alarm = make_alarm(self._tick)
        self._wheel: Wheel[Stream] = Wheel(self._alarm.step)
        self._armed = math.inf  # the slot the alarm is set for
        self._ticking = False

    @property
    def waiting(self) -> int:
        """How many streams wait for a moment."""
        return len(self._wheel)

    def close(self) -> None:
        """End the plans that are nobody's answer and give the alarm back; nothing is played any more."""
        for stream in list(self._silent):
            self.drop(stream, "server_stopped")
        self._alarm.close()

    def play(self, stream: Stream) -> None:
        """Start a stream; everything that is due already is sent before this returns."""
        self.lateness.streams += 1
        self._advance(stream, self._now())

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
            stream.parked_at = self._now()
            self.lateness.pauses += 1

    def resume(self, stream: Stream) -> None:
        """Go on with a parked stream: what fell due meanwhile is sent now."""
        now = self._now()
        if stream.parked:
            self._unpark(stream)
        if stream.steps is None or stream.hanging:
            return
        if stream.slot == NOWHERE:
            self._advance(stream, now)
        else:  # it is not due yet, or waits at a gate
            self._flush(stream)

    def drop(self, stream: Stream, outcome: Outcome) -> None:
        """Forget a stream at once, wherever it is; nothing happens when it has ended already."""
        if stream.steps is not None:
            if stream.slot >= 0:
                self._wheel.remove(stream.slot, stream)
            stream.slot = NOWHERE
            self._end(stream, outcome)

    # -- waiting --------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        """Play everything that is due."""
        now = self._now()
        wheel = self._wheel
        if self._armed is not math.inf:
            self.lateness.lag.add(now - self._armed / wheel.rate)
        self._armed = math.inf
        self._ticking = True
        last = now * wheel.rate
        try:
            while (slot := wheel.first()) is not None and slot <= last and self._now() - now < LONGEST_TURN:
                streams = wheel.take(slot)
                for at in range(0, len(streams), BATCH):
                    self._play_together(streams[at : at + BATCH], now)
        finally:
            self._ticking = False
            self._arm(now)

    def _play_together(self, streams: list[Stream], now: float) -> None:
        """Play streams that were due together. For nearly all of them that is one event of a run, so it is spelled out here.

        First every stream is made ready, then everything is written, then the times are counted: one kind of work at a time is
        faster than taking turns between Python and the kernel, and clients are woken less often. Whatever may call somebody
        comes last, when nothing is half done.
        """
        wheel, long_ago = self._wheel, now - TICKED
        slots, rate, up = wheel.slots, wheel.rate, wheel.up
        played: list[Stream] = []
        files: list[int] = []
        events: list[bytes] = []
        rarely: list[Callable[[], None]] = []
        for stream in streams:
            data, run = stream.data, stream.run
            if not data or run is None or not stream.events or stream.parked or stream.was < long_ago or stream.file < 0:
                rarely.append(partial(self._play_rarely, stream, now))
                continue
            try:
                following = next(run, OVER)
                moment = following[0]
                if moment <= now:
                    rarely.append(partial(self._catch_up, stream, following, now))
                    continue
                slot = int(moment * rate + up)
            except Exception as error:
                rarely.append(partial(self._break, stream, error))
                continue
            stream.before, stream.was = stream.was, stream.due
            stream.due, stream.data = following
            stream.slot = slot
            found = slots.get(slot)
            if found is None:
                slots[slot] = [stream]
            else:
                found.append(stream)
            played.append(stream)
            files.append(stream.file)
            events.append(data)
        if played:
            self._write_all(played, files, events)
            note_together(self.lateness, played, events, now, self._now())
        for play in rarely:
            try:
                play()
            except Exception as error:  # what hears the end of a stream broke: the others go on
                self._on_error(error)

    def _write_all(self, streams: list[Stream], files: list[int], events: list[bytes]) -> None:
        """Write an event of each stream straight to its socket; the transport takes over what a socket does not take."""
        taken = write_together(files, events)
        if taken != list(map(len, events)):
            for stream, data, size in zip(streams, events, taken, strict=True):
                if size < len(data):
                    stream.file = NO_FILE
                    try:
                        stream.write(data[size:])
                    except Exception as error:
                        self._soon(partial(self._break, stream, error))

    def _catch_up(self, stream: Stream, following: tuple[float, bytes], now: float) -> None:
        """Send an event of a run whose next one, already taken, is due as well, or does not exist."""
        if stream.steps is None:  # dropped while others were played
            return
        parts = Parts()
        parts.add(stream.data or b"")
        note(self.lateness, stream, self._now())
        stream.slot = NOWHERE
        if following is OVER:
            stream.run = stream.data = None
        else:
            stream.due, stream.data = following
        self._advance(stream, now, parts)

    def _play_rarely(self, stream: Stream, now: float) -> None:
        """Play a stream that was due and of which more is to be said than that its next event goes out."""
        stream.slot = NOWHERE
        if stream.parked or stream.steps is None:  # the latter: dropped while others were played
            return
        if stream.data is None and not stream.silent:  # a wait is over that is none between events
            self.lateness.late.add(self._now() - stream.due)
        self._advance(stream, max(now, stream.due))  # its slot may have come a thousandth of a slot before itself

    def _push(self, stream: Stream, due: float) -> None:
        stream.due = due
        stream.slot = slot = self._wheel.slot(due)
        self._wheel.put(slot, stream)
        if slot < self._armed and not self._ticking:
            self._armed = slot
            self._alarm.set(self._wheel.start(slot))

    def _arm(self, began: float) -> None:
        """Ask to be woken for the first slot there is, and for nothing else.

        To sleep and to be woken costs as much as several events, more on virtual machines. So when there is much to do, sleep
        for as long as the work before took: what falls due meanwhile is played in one go. Who is late already does not sleep.
        """
        first = self._wheel.first()
        if first is None:
            self._armed = math.inf
            self._alarm.clear()
        else:
            now, start = self._now(), self._wheel.start(first)
            self._armed = first
            self._alarm.set(start if start <= now else max(start, now + min(now - began, LONGEST_REST)))


def _nobody(_: object) -> None:
    """Hear what nobody waits for."""
