"""Plays streams in step, where a crowd of them comes at one interval: they share their moments, and what is done at each.

In: streams whose plans are steady. Out: their events on their sockets, to the last. Who joins a troop is played up to `GRID`
slots of the wheel later than it is due by itself, and never early; that is counted as what it is. Knows no alarm.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from functools import partial
from heapq import heappop, heappush
from itertools import chain, count
from typing import Final

from understudy.model.ports import Clock, OnError
from understudy.model.steady import Steady
from understudy.runtime.alarm import EXACT
from understudy.runtime.ensemble import TOGETHER, Ensemble
from understudy.runtime.lateness import Lateness
from understudy.runtime.outlet import BATCH, write_together
from understudy.runtime.stream import NO_FILE, Place, Stream
from understudy.runtime.troop import Troop

CROWD: Final = 5.0
"""Streams that are due in one slot of the wheel, if they come at one interval, from which they are played in step."""

GRID: Final = 2
"""Slots by which moments differ where a crowd is twice as large and slots are `EXACT`; elsewhere they differ by one."""

RECRUITS: Final = 16
"""Most streams that leave the wheel for a troop at once, while others wait."""

FULL: Final = 128
"""Streams from which on a troop takes in no more: all are written to in one go, while others wait, and counted as sent then."""

SHORTEST: Final = 8 * GRID
"""Slots below which an interval is too short: beats of a troop would be due while its last are being written."""


class March(Ensemble):
    """Where streams are played in step.

    Args:
        clock: what deadlines are counted on.
        step: the width of the wheel's slots in seconds.
        soon: calls back after everybody else has had a turn.
        on_error: hears of plans that break while playing, and of listeners that do.
        lateness: takes planned and actual times.
        crowd: as `CROWD`.
    """

    def __init__(
        self,
        clock: Clock,
        step: float,
        soon: Callable[[Callable[[], None]], object],
        on_error: OnError,
        lateness: Lateness,
        crowd: float,
    ) -> None:
        super().__init__(clock, step, soon, on_error, lateness)
        self._troops: dict[tuple[float, int], Troop] = {}  # those with room, by their interval, and their phase in it
        self._queue: list[tuple[float, int, Troop]] = []  # troops by their next moment
        self._marching: Counter[float] = Counter()  # how many troops there are, by their interval
        self._recruits: deque[Stream] = deque()  # streams alone that could play in step
        self._serial = count()
        self._step = step
        self._grid = GRID if step <= EXACT else 1
        self._crowd = crowd

    @property
    def waiting(self) -> int:
        """How many streams wait for a moment."""
        return len(self._wheel) + sum(len(troop) for _, _, troop in self._queue)

    def _alone(self, stream: Stream) -> float:
        """Let a stream wait for its moment by itself; tell when it is played."""
        slot = self._wheel.slot(stream.due)
        stream.place = Place.WHEEL
        stream.file = NO_FILE if stream.frames is None or stream.parked or stream.silent else stream.socket
        self._wheel.put(slot, stream)
        return self._wheel.start(slot)

    def _enlist(self, stream: Stream, steady: Steady) -> float | None:
        """Let a stream play in step, if there is a crowd or what is left of one; tell when, None when it cannot."""
        wait = steady.wait
        slots, first = wait * self._wheel.rate, wait not in self._marching
        if slots < SHORTEST or (first and self._alike[wait] < self._crowd * slots):
            return None
        meet = self._join(stream, steady)
        if first and meet is not None:  # those that began before there was a crowd come along
            waiting = chain.from_iterable(self._wheel.slots.values())
            self._recruits += [other for other in waiting if other.steady is not None and other.steady.wait == wait]
        return meet

    def _muster(self) -> None:
        """Let some streams that play alone play in step from now on, those that are late once they are not."""
        for _ in range(min(RECRUITS, len(self._recruits))):
            stream = self._recruits.popleft()
            steady = stream.steady
            if stream.place is Place.WHEEL and not stream.parked and steady is not None:
                slot = self._wheel.slot(stream.due)
                if self._join(stream, steady) is not None:
                    self._wheel.remove(slot, stream)
                elif stream.socket != NO_FILE:
                    self._recruits.append(stream)

    def _join(self, stream: Stream, steady: Steady) -> float | None:
        """Let a stream play in step with those of its phase; tell when, None when it cannot."""
        if stream.parked or stream.socket == NO_FILE:
            return None
        wait, rate = steady.wait, self._wheel.rate
        grid = 1 if self._alike[wait] < 2 * self._crowd * wait * rate else self._grid
        phase = stream.due % wait
        cell = int(phase * rate / grid + self._wheel.up) * grid
        meet = stream.due + cell * self._step - phase
        troop = self._troops.get((wait, cell))
        if troop is None or len(troop) >= FULL or troop.start - meet > self._step:  # it has not begun, and would be too late
            troop = self._troops[wait, cell] = Troop(wait, cell, meet, rate)
            self._marching[wait] += 1
            self._wait(troop)
        return meet if troop.join(stream, steady, meet) else None

    def _march(self, now: float) -> bool:
        """Play troops that are due, as many as are written in one go; tell whether there were any."""
        queue = self._queue
        if not queue or queue[0][0] > now:
            return False
        troops: list[tuple[Troop, int]] = []
        streams: list[Stream] = []
        files: list[int] = []
        data: list[bytes] = []
        while queue and (due := queue[0][0]) <= now and len(files) < BATCH:
            troop = heappop(queue)[2]
            beats = 1 if now - due < troop.wait else min(int((now - due) / troop.wait) + 1, TOGETHER)
            if made := self._line_up(troop, beats):
                troops.append((troop, beats))
                streams += troop.streams
                files += troop.files
                data += made
            elif len(troop):
                troop.beats += 1
                self._wait(troop)
            else:
                self._disband(troop)
        taken = write_together(files, data)
        self._pass(troops)
        if sum(taken) != sum(map(len, data)):
            for stream, whole, size in zip(streams, data, taken, strict=True):
                if size < len(whole) and stream.troop is not None:
                    self._fall_out(stream.troop, stream)
            self._hand_on(streams, data, taken)
        return True

    def _line_up(self, troop: Troop, beats: int) -> list[bytes]:
        """Make the next beats of all that play them, so many of each; those that play only some of them go on alone."""
        troop.fall_in()
        if beats > 1:
            for stream in troop.passing(beats):
                self._fall_out(troop, stream)
        try:
            return troop.draw(beats)
        except Exception as error:  # nobody can tell any more who is where
            for stream in troop.streams.copy():
                troop.leave(stream)
                self._soon(partial(self._break, stream, error))
            return []

    def _pass(self, troops: list[tuple[Troop, int]]) -> None:
        """Count what was written, let streams end with their last beat, and let troops wait for their next."""
        at = self._now()
        sent = self._wheel.nearest(at)
        for troop, beats in troops:
            for _ in range(beats):
                troop.count(sent, at, self._tally)
            self._done += troop.finished()
            self._wait(troop)

    def _wait(self, troop: Troop) -> None:
        heappush(self._queue, (troop.due, next(self._serial), troop))

    def _disband(self, troop: Troop) -> None:
        """Forget a troop that nobody is in."""
        wait = troop.wait
        if self._troops.get((wait, troop.cell)) is troop:
            del self._troops[wait, troop.cell]
        self._marching[wait] -= 1
        if not self._marching[wait]:
            del self._marching[wait]
        if not self._marching:
            self._recruits.clear()

    def _fall_out(self, troop: Troop, stream: Stream) -> None:
        """Let a stream go on alone, for as long as it is late."""
        troop.leave(stream)
        self._alone(stream)
        self._recruits.append(stream)
