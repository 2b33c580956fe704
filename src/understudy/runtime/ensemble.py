"""Plays streams that are due together: one event of a run each is what nearly all playing is.

In: streams whose moment has come, slot by slot. Out: their events on their sockets, counted, and the streams back in the wheel.
What is rare (the end of a plan, a gate, a client that does not read) is left to `Stage`. Knows no alarm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice
from typing import Final

from understudy.model.ports import Clock, OnError
from understudy.runtime.lateness import Lateness
from understudy.runtime.outlet import write_together
from understudy.runtime.stage import Stage
from understudy.runtime.stream import NO_FILE, NOTHING, OVER, Place, Stream
from understudy.runtime.tally import Tally
from understudy.runtime.wheel import Wheel

TOGETHER: Final = 16
"""Most events of one stream that are written in one go."""

Slots = list[tuple[int, list[Stream]]]


class _Score:
    """What is played together: streams, what is written of them, when they go on, and how many of them were due in which slots.

    Those that do not simply go on stand behind the others, without a moment.
    """

    __slots__ = ("due", "events", "files", "rarely", "streams", "thens")

    def __init__(self) -> None:
        self.streams: list[Stream] = []
        self.files: list[int] = []
        self.events: list[bytes] = []
        self.thens: list[float] = []
        self.due: list[tuple[int, int]] = []
        self.rarely: list[Callable[[], None]] = []


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
        self._wheel: Wheel[Stream] = Wheel(step)
        self._done: list[Stream] = []  # streams all of which was sent, and whose listeners do not know it yet
        super().__init__(clock, soon, on_error, Tally(lateness, self._wheel))

    def _open_together(self, opening: list[tuple[Stream, bytes]]) -> None:
        """Write how streams begin."""
        opening = [(stream, data) for stream, data in opening if stream.steps is not None]  # the others were dropped meanwhile
        streams, data = [stream for stream, _ in opening], [data for _, data in opening]
        taken = write_together([stream.socket for stream in streams], data)
        for stream, size in zip(streams, map(len, data), strict=True):
            stream.sent += size
        self._hand_on(streams, data, taken)

    def _play_together(self, slots: Slots, now: float) -> None:
        """Play streams that were due together.

        First all events are made, then written, then counted: one kind of work at a time is faster than taking turns between
        Python and the kernel, and what was just made is still at hand. Whatever may call somebody comes last, when nothing is
        half done.
        """
        score = _Score()
        self._make_events(slots, now, score)
        sizes = list(map(len, score.events))
        taken = write_together(score.files, score.events)
        self._go_on_together(score, sizes)
        if taken != sizes:
            self._hand_on(score.streams, score.events, taken)
        for play in score.rarely:
            try:
                play()
            except Exception as error:  # what hears the end of a stream broke: the others go on
                self._on_error(error)

    def _make_events(self, slots: Slots, now: float, score: _Score) -> None:
        """Make what is to be written of which streams, and tell what to do after that for those that do not simply go on."""
        streams, files, events, thens, rarely = score.streams, score.files, score.events, score.thens, score.rarely
        late: list[tuple[Stream, bytes, float]] = []
        for slot, waiting in slots:
            before = len(streams)
            for stream in waiting:
                file = stream.file
                if file < 0:
                    rarely.append(partial(self._play_rarely, stream, now))
                    continue
                try:
                    data = stream.joint.join(next(stream.frames))  # type: ignore[arg-type]  # whoever has a file has frames
                    then = next(stream.dues, OVER)
                except StopIteration:
                    rarely.append(partial(self._play_rarely, stream, now))
                    continue
                except Exception as error:
                    rarely.append(partial(self._break, stream, error))
                    continue
                if then <= now:
                    late.append((stream, data, then))
                    continue
                streams.append(stream)
                files.append(file)
                events.append(data)
                thens.append(then)
            score.due.append((slot, len(streams) - before))
        if late:
            self._make_late_events(late, now, score)

    def _make_late_events(self, late: Iterable[tuple[Stream, bytes, float]], now: float, score: _Score) -> None:
        """Do the same for streams of which more is due than one event, or of which this was the last of a run."""
        rate, up, at = self._wheel.rate, self._wheel.up, self._wheel.nearest(now)
        last: list[tuple[Stream, bytes]] = []
        for stream, first, second in late:
            data, then = first, second
            try:
                if then != OVER:
                    data, then = self._gather(stream, data, then, now, at)
                if ends := then == OVER and stream.end is not None:
                    data += stream.joint.join(stream.end or ())
                if then > now and stream.said is not None and not stream.said[stream.events]:
                    stream.last = None  # it comes with those before it: no time is between them
            except Exception as error:
                score.rarely.append(partial(self._break, stream, error))
                continue
            if then > now:
                score.streams.append(stream)
                score.files.append(stream.file)
                score.events.append(data)
                score.thens.append(then)
                score.due.append((min(int(stream.due * rate + up), at), 1))
                continue
            size = len(data)
            play = partial(self._finish, stream, size) if ends else partial(self._play_further, stream, size, then, now)
            score.rarely.append(play)
            last.append((stream, data))
        score.streams += [stream for stream, _ in last]
        score.files += [stream.file for stream, _ in last]
        score.events += [data for _, data in last]

    def _gather(self, stream: Stream, data: bytes, then: float, now: float, at: int) -> tuple[bytes, float]:
        """Join what is due of a stream, so that being late is made up for cheaply; all but the last event of it are counted."""
        count, rate, up = self._tally.count, self._wheel.rate, self._wheel.up
        gathered = [data]
        while OVER < then <= now and len(gathered) < TOGETHER:
            count(stream, min(int(stream.due * rate + up), at), at, now)
            stream.due = then
            gathered.append(stream.joint.join(next(stream.frames or NOTHING)))
            then = next(stream.dues, OVER)
        return b"".join(gathered), then

    def _go_on_together(self, score: _Score, sizes: list[int]) -> None:
        """Count events that were written, and put their streams into the wheel again."""
        tally, wheel, now = self._tally, self._wheel, self._now()
        slots, rate, up, at = wheel.slots, wheel.rate, wheel.up, wheel.nearest(now)
        written = zip(score.streams, sizes, score.thens, strict=False)
        for slot, count in score.due:
            late = at - slot
            tally.late(late, count)
            last = before = (slot, at)
            same = 0
            for stream, size, then in islice(written, count):
                if stream.last is before:  # who went together before mostly does so again
                    same += 1
                elif stream.last is None:
                    tally.first(stream, now)
                else:
                    if same:
                        tally.gaps(before, last, same)
                    before, same = stream.last, 1
                stream.last = last
                if late > stream.late:
                    stream.late = late
                stream.events += 1
                stream.sent += size
                stream.due = then
                try:
                    slots[int(then * rate + up)].append(stream)
                except Exception as error:
                    stream.place = Place.NOWHERE
                    score.rarely.append(partial(self._break, stream, error))
            if same:
                tally.gaps(before, last, same)

    def _hand_on(self, streams: list[Stream], events: list[bytes], taken: list[int]) -> None:
        """Let transports take over what sockets did not take, and all that comes after it."""
        for stream, data, size in zip(streams, events, taken, strict=True):
            if size < len(data):
                stream.file = stream.socket = NO_FILE
                try:
                    stream.write(data[size:])
                except Exception as error:
                    self._soon(partial(self._break, stream, error))

    def _finish(self, stream: Stream, size: int) -> None:
        """Let a stream end whose last event was sent with all that follows it."""
        if self._was_sent(stream, size):
            self._done.append(stream)

    def _conclude(self) -> None:
        """End the streams that are over: one after the other, for among the events of others each takes 3 to 5 us more."""
        done, self._done = self._done, []
        for stream in done:
            if stream.steps is not None:
                try:
                    self._end(stream, "done")
                    stream.played(None)
                except Exception as error:  # what hears the end of a stream broke: the others go on
                    self._on_error(error)

    def _play_further(self, stream: Stream, size: int, then: float, now: float) -> None:
        """Go on with a stream of which even more is due than was sent together."""
        if self._was_sent(stream, size):
            if then == OVER:
                stream.frames = None
            else:
                stream.due = then
            self._advance(stream, now)

    def _was_sent(self, stream: Stream, size: int) -> bool:
        """Count the last event of what was written of a stream that was late; False where it was dropped meanwhile."""
        stream.place = Place.NOWHERE
        if stream.steps is None:
            return False
        stream.sent += size
        self._tally.note(stream, self._now())
        return True

    def _play_rarely(self, stream: Stream, now: float) -> None:
        """Play a stream that was due and of which more is to be said than that its next event goes out."""
        stream.place = Place.NOWHERE
        if stream.parked or stream.steps is None:  # the latter: dropped while others were played
            return
        self._advance(stream, max(now, stream.due))  # its slot may have come a thousandth of a slot before itself
