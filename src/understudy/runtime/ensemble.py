"""Plays streams that are due together: one event of a run each is what nearly all playing is.

In: streams whose moment has come. Out: their events on their sockets, counted, and the streams in the wheel again. What is rare
(the first event, the end of a plan, a client that does not read) is left to `Stage`. Knows no alarm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from understudy.model.ports import Clock
from understudy.runtime.lateness import TICKED, Lateness
from understudy.runtime.outlet import Parts, write_each
from understudy.runtime.stage import OnError, Stage
from understudy.runtime.stream import NOWHERE, Stream
from understudy.runtime.tally import note, note_together
from understudy.runtime.wheel import Wheel

TOGETHER: Final = 16
"""Most events of one stream that are written in one go."""

OVER: Final = (-math.inf, b"")
"""What comes after the last event of a run."""

Event = tuple[float, bytes]


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

        First every stream is made ready, then everything is written, then the times are counted: one kind of work at a time is
        faster than taking turns between Python and the kernel, and clients are woken less often. Whatever may call somebody
        comes last, when nothing is half done.
        """
        played: list[Stream] = []
        events: list[bytes] = []
        rarely: list[Callable[[], None]] = []
        files = self._make_ready(streams, now, played, events, rarely)
        if played:
            for stream, failure in write_each(played, files, events):
                self._soon(partial(self._break, stream, failure))
            note_together(self.lateness, played, events, now, self._now())
        for play in rarely:
            try:
                play()
            except Exception as error:  # what hears the end of a stream broke: the others go on
                self._on_error(error)

    def _make_ready(
        self, streams: list[Stream], now: float, played: list[Stream], events: list[bytes], rarely: list[Callable[[], None]]
    ) -> list[int]:
        """Put streams into the wheel again; tell what to write of which, to which sockets, and what to do after that."""
        wheel, long_ago = self._wheel, now - TICKED
        slots, rate, up = wheel.slots, wheel.rate, wheel.up
        files: list[int] = []
        for stream in streams:
            data, run = stream.data, stream.run
            if not data or run is None or not stream.events or stream.parked or stream.was < long_ago or stream.file < 0:
                rarely.append(partial(self._play_rarely, stream, now))
                continue
            try:
                following = next(run, OVER)
                moment = following[0]
                if moment <= now:
                    data, following = self._gather(stream, data, following, run, now)
                    moment = following[0]
                    if following is OVER and stream.end is not None:
                        stream.before, stream.was = stream.was, stream.due
                        played.append(stream)
                        files.append(stream.file)
                        events.append(data + stream.end)
                        rarely.append(partial(self._finish, stream))
                        continue
                    if moment <= now:
                        rarely.append(partial(self._catch_up, stream, data, following, now))
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
        return files

    def _gather(self, stream: Stream, data: bytes, following: Event, run: Iterator[Event], now: float) -> tuple[bytes, Event]:
        """Join what is due of a stream that is late by more than an event, so that being late is made up for cheaply.

        Returns:
            What to send, all but its last event counted, and what follows it.
        """
        gathered = [data]
        while following[0] <= now and following is not OVER and len(gathered) < TOGETHER:
            note(self.lateness, stream, now)
            stream.due, data = following
            gathered.append(data)
            following = next(run, OVER)
        return b"".join(gathered), following

    def _finish(self, stream: Stream) -> None:
        """End a stream whose last event was sent with all that follows it."""
        stream.slot = NOWHERE
        if stream.steps is not None:  # not dropped while others were played
            self._end(stream, "done")
            stream.played(None)

    def _catch_up(self, stream: Stream, data: bytes, following: Event, now: float) -> None:
        """Send events of a run whose next one, already taken, is due as well, or does not exist."""
        if stream.steps is None:  # dropped while others were played
            return
        parts = Parts()
        parts.add(data)
        note(self.lateness, stream, self._now())
        stream.slot = NOWHERE
        if following is OVER:
            self._over(stream, parts)
            stream.data = None
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
