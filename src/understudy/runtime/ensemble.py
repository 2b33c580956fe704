"""Plays streams that are due together: one event of a run each is what nearly all playing is.

In: streams whose moment has come. Out: their events on their sockets, counted, and the streams in the wheel again. What is rare
(the first event, the end of a plan, a client that does not read) is left to `Stage`. Knows no alarm.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from understudy.model.ports import Clock
from understudy.runtime.lateness import TICKED, TICKS, Lateness
from understudy.runtime.outlet import write_each
from understudy.runtime.stage import OnError, Stage
from understudy.runtime.stream import NOTHING, NOWHERE, OVER, Stream
from understudy.runtime.tally import note
from understudy.runtime.wheel import Wheel

TOGETHER: Final = 16
"""Most events of one stream that are written in one go."""


class Ensemble(Stage):
    """Where streams are played together.

    Args:
        clock: what deadlines are counted on.
        step: the width of the wheel's slots in seconds.
        soon: calls back after everybody else has had a turn.
        on_error: hears of plans that break while playing, and of listeners that do.
        lateness: takes planned and actual times.
    """

    def __init__(
        self, clock: Clock, step: float, soon: Callable[[Callable[[], None]], object], on_error: OnError, lateness: Lateness
    ) -> None:
        super().__init__(clock, soon, on_error, lateness)
        self._wheel: Wheel[Stream] = Wheel(step)

    def _play_together(self, streams: list[Stream], now: float) -> None:
        """Play streams that were due together.

        First everything is written, then the times are counted and the next events made: clients do not wait for what can be
        done later, and one kind of work at a time is faster than taking turns between Python and the kernel. Whatever may call
        somebody comes last, when nothing is half done.
        """
        played: list[Stream] = []
        events: list[bytes] = []
        rarely: list[Callable[[], None]] = []
        files = self._choose(streams, now, played, events, rarely)
        if played:
            for stream, failure in write_each(played, files, events):
                self._soon(partial(self._break, stream, failure))
            self._go_on_together(played, events, now, rarely)
        for play in rarely:
            try:
                play()
            except Exception as error:  # what hears the end of a stream broke: the others go on
                self._on_error(error)

    def _choose(
        self, streams: list[Stream], now: float, played: list[Stream], events: list[bytes], rarely: list[Callable[[], None]]
    ) -> list[int]:
        """Tell what to write of which streams, to which sockets, and what to do after that for the others."""
        long_ago = now - TICKED
        files: list[int] = []
        for stream in streams:
            data = stream.data
            if not data or stream.parked or stream.was < long_ago or stream.file < 0:
                rarely.append(partial(self._play_rarely, stream, now))
                continue
            if stream.then <= now:  # the next event is due as well, or there is none
                try:
                    data = self._gather(stream, data, now)
                except Exception as error:
                    rarely.append(partial(self._break, stream, error))
                    continue
                if stream.then == OVER:
                    if stream.end is None:
                        stream.data = data
                        rarely.append(partial(self._play_rarely, stream, now))
                        continue
                    data += stream.end
            played.append(stream)
            files.append(stream.file)
            events.append(data)
        return files

    def _gather(self, stream: Stream, data: bytes, now: float) -> bytes:
        """Join what is due of a stream, so that being late is made up for cheaply; all but the last event of it are counted."""
        gathered = [data]
        while OVER < stream.then <= now and len(gathered) < TOGETHER:
            note(self.lateness, stream, now)
            stream.due, stream.then = stream.then, next(stream.dues, OVER)
            gathered.append(next(stream.run or NOTHING, b""))
        return b"".join(gathered)

    def _go_on_together(self, played: list[Stream], events: list[bytes], now: float, rarely: list[Callable[[], None]]) -> None:
        """Count events that were written, and put their streams into the wheel again, with the next event made."""
        wheel, lateness, at = self._wheel, self.lateness, self._now()
        slots, rate, up = wheel.slots, wheel.rate, wheel.up
        counts = lates, planneds, actuals = lateness.counts(long=at - now >= TICKED)
        for stream, data in zip(played, events, strict=True):
            due, then, run = stream.due, stream.then, stream.run
            late = at - due
            lates[int(late * TICKS)] += 1
            if stream.events:
                planneds[int((due - stream.was) * TICKS)] += 1
                actuals[int((at - stream.at) * TICKS)] += 1
            else:
                stream.first_due, stream.first_at = due, at
                lateness.first(due - stream.start, at - stream.start)
            if late > stream.late:
                stream.late = late
            stream.at, stream.was = at, due
            stream.events += 1
            stream.sent += len(data)
            if then <= now or run is None:
                rarely.append(partial(self._finish, stream) if then == OVER else partial(self._play_further, stream, now))
                continue
            try:
                stream.data = next(run, None)
                stream.then = next(stream.dues, OVER)
                slot = int(then * rate + up)
            except Exception as error:
                rarely.append(partial(self._break, stream, error))
                continue
            stream.due, stream.slot = then, slot
            found = slots.get(slot)
            if found is None:
                slots[slot] = [stream]
            else:
                found.append(stream)
        lateness.take(counts)

    def _finish(self, stream: Stream) -> None:
        """End a stream whose last event was sent with all that follows it."""
        stream.slot = NOWHERE
        if stream.steps is not None:  # not dropped while others were played
            self._end(stream, "done")
            stream.played(None)

    def _play_further(self, stream: Stream, now: float) -> None:
        """Go on with a stream of which even more is due than was sent together."""
        stream.slot = NOWHERE
        stream.data = None
        if stream.steps is not None:  # not dropped while others were played
            self._advance(stream, now)

    def _play_rarely(self, stream: Stream, now: float) -> None:
        """Play a stream that was due and of which more is to be said than that its next event goes out."""
        stream.slot = NOWHERE
        if stream.parked or stream.steps is None:  # the latter: dropped while others were played
            return
        if stream.data is None and not stream.silent:  # a wait is over that is none between events
            self.lateness.late.add(self._now() - stream.due)
        self._advance(stream, max(now, stream.due))  # its slot may have come a thousandth of a slot before itself
