"""Streams in step: their beats are due together, at equal intervals, until each has had its last.

What is done for each event of a stream alone (when is the next one, how late was this one, into the wheel again) is done once
for all of them; of a stream itself only its next event is made. What a troop did for a stream is written down in the stream
when it leaves. Knows no clock and no socket.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain, count, islice

from understudy.model.steady import Steady
from understudy.runtime.stream import NOTHING, Place, Stream
from understudy.runtime.tally import Tally

Numbered = defaultdict[int, list[Stream]]

_make = bytes.join


class Troop:
    """Streams in step.

    Args:
        wait: seconds from one beat to the next.
        cell: their phase, which tells them from others with the same interval.
        start: when beat 0 is due.
        rate: slots in a second, which lateness is told in.

    Attributes:
        beats: the number of the next one.
        files: the sockets of those that play it.
        streams: themselves.
    """

    __slots__ = (
        "_ahead",
        "_coming",
        "_ends",
        "_fresh",
        "_joints",
        "_last",
        "_pieces",
        "_rate",
        "_worst",
        "beats",
        "cell",
        "files",
        "start",
        "streams",
        "wait",
    )

    def __init__(self, wait: float, cell: int, start: float, rate: float) -> None:
        self.wait, self.cell, self.start, self._rate = wait, cell, start, rate
        self.beats = 0
        self.files: list[int] = []
        self.streams: list[Stream] = []
        self._pieces: list[Iterator[tuple[bytes, ...]]] = []
        self._joints: list[bytes] = []
        self._ahead: Counter[int] = Counter()  # how many are due so many slots before the troop
        self._last = (0, 0)  # when the last beat was due, and when it was sent, in slots
        self._fresh: list[Stream] = []  # those that have sent nothing in step
        self._coming: Numbered = defaultdict(list)  # whose first beat in step is which
        self._ends: Numbered = defaultdict(list)  # whose last beat is which
        self._worst: list[tuple[int, int]] = []  # beats, each later than all after it, and by how many slots they were late

    @property
    def due(self) -> float:
        """When the next beat is due."""
        return self.start + self.beats * self.wait

    def join(self, stream: Stream, steady: Steady, due: float) -> bool:
        """Take in a stream that will be played with the troop's beat of that moment; tell whether that is still to come."""
        joined = round((due - self.start) / self.wait)
        if joined < self.beats:
            return False
        stream.place, stream.troop, stream.joined = Place.TROOP, self, joined
        stream.before = stream.events and stream.events - steady.together + 1
        self._coming[joined].append(stream)
        return True

    def fall_in(self) -> None:
        """Let those play from now on whose next beat is that of the troop."""
        for stream in self._coming.pop(self.beats, ()):
            if (steady := stream.steady) is not None:
                self.files.append(stream.socket)
                self.streams.append(stream)
                self._pieces.append(islice(steady.beats, stream.before, None) if stream.before else iter(steady.beats))
                self._joints.append(stream.joint)
                self._ahead[self._lead(stream)] += 1
                self._fresh.append(stream)
                self._ends[_end(stream, steady)].append(stream)

    def passing(self, beats: int) -> list[Stream]:
        """Find those that play only some of the next so many beats."""
        first, last = self.beats, self.beats + beats - 1
        return [
            *chain.from_iterable(streams for number, streams in self._coming.items() if number <= last),
            *chain.from_iterable(streams for number, streams in self._ends.items() if first <= number < last),
        ]

    def draw(self, beats: int) -> list[bytes]:
        """Make the next beats of all streams, so many of each.

        Raises:
            RuntimeError: where one has none.
        """
        made = list(map(_make, self._joints, map(next, self._pieces)))
        if beats > 1:
            more = (list(map(_make, self._joints, map(next, self._pieces))) for _ in range(beats - 1))
            made = list(map(b"".join, zip(made, *more, strict=False)))
        if len(made) < len(self.files):
            raise RuntimeError("a stream in step has fewer beats than it said")
        return made

    def count(self, sent: int, at: float, tally: Tally) -> None:
        """Count a beat of each stream; it was sent at that moment, which is `sent` in slots."""
        slot = min(int(self.due * self._rate), sent)
        late, last = sent - slot, (slot, sent)
        for ahead, streams in self._ahead.items():
            tally.late(late + ahead, streams)
        for stream in self._fresh:
            stream.frames, stream.end = NOTHING, ()  # from here on its beats are all there is
            own = (slot - self._lead(stream), sent)
            if stream.last is not None:
                tally.gaps(stream.last, own, 1)
            elif stream.steady is not None:
                tally.first(stream, at)
                if more := stream.steady.together - 1:
                    tally.late(sent - own[0], more)
                    if stream.said is not None:
                        more -= stream.said[: more + 1].count(0)
                    if more > 0:
                        tally.gaps(own, own, more)
        if others := len(self.streams) - len(self._fresh):
            tally.gaps(self._last, last, others)
        self._fresh.clear()
        while self._worst and self._worst[-1][1] <= late:
            self._worst.pop()
        self._worst.append((self.beats, late))
        self._last = last
        self.beats += 1

    def finished(self) -> list[Stream]:
        """Let go those whose last beat was played."""
        streams = self._ends.pop(self.beats - 1, [])
        for stream in streams:
            if (steady := stream.steady) is not None:
                self._take_out(stream)
                self._write_down(stream, steady)
                stream.place, stream.troop = Place.NOWHERE, None
        return streams

    def leave(self, stream: Stream) -> None:
        """Let a stream go, before its next beat."""
        stream.place, stream.troop = Place.NOWHERE, None
        if stream in self._coming.get(stream.joined, ()):
            _strike(self._coming, stream.joined, stream)
        elif (steady := stream.steady) is not None:
            end, played = _end(stream, steady), self.beats - stream.joined
            self._take_out(stream)
            _strike(self._ends, end, stream)
            if played:
                self._write_down(stream, steady)
                stream.due += self.wait
                stream.frames = islice(steady.beats, stream.before + played, None)
                stream.dues = islice(count(stream.due + self.wait, self.wait), max(0, end - self.beats))
            else:
                self._fresh.remove(stream)

    def _take_out(self, stream: Stream) -> None:
        """Let the others play without a stream."""
        at, ahead = self.streams.index(stream), self._lead(stream)
        del self.streams[at], self.files[at], self._pieces[at], self._joints[at]
        self._ahead[ahead] -= 1
        if not self._ahead[ahead]:
            del self._ahead[ahead]

    def _write_down(self, stream: Stream, steady: Steady) -> None:
        """Write into a stream what it has played here; its last beat is due then."""
        ahead, played = self._lead(stream), self.beats - stream.joined
        sent = stream.before + played
        stream.sent += steady.size(stream.before, sent)
        stream.events = sent + steady.together - 1
        stream.last = (self._last[0] - ahead, self._last[1])
        stream.late = max(stream.late, self._worst[bisect_left(self._worst, (stream.joined,))][1] + ahead)
        stream.due += (played - 1) * self.wait

    def given(self, stream: Stream) -> int:
        """Tell how many bytes of a stream were sent in step."""
        played = self.beats - stream.joined
        if stream.steady is None or played <= 0:
            return 0
        return stream.steady.size(stream.before, stream.before + played)

    def _lead(self, stream: Stream) -> int:
        """Tell how many slots a stream is due before the troop, as it stood when it joined."""
        return round((self.start + stream.joined * self.wait - stream.due) * self._rate)

    def __len__(self) -> int:
        """How many are in it, and are to come."""
        return len(self.streams) + sum(map(len, self._coming.values()))


def _strike(table: Numbered, number: int, stream: Stream) -> None:
    """Take a stream off a list, and the list away with its last."""
    table[number].remove(stream)
    if not table[number]:
        del table[number]


def _end(stream: Stream, steady: Steady) -> int:
    """Number the beat of its troop that is the last of a stream."""
    return stream.joined + len(steady.beats) - 1 - stream.before
