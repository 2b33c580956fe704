"""Frames as HTTP/1.1 chunks: the size before them depends on the joint that will stand in them, and on no more of a stream.

In: sheets, and how long their joints are. Out: frames with the size before and the line's end behind them. Streams that say the
same words share their frames, whoever they belong to; so they share the chunks.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, repeat
from threading import Lock
from typing import Final

from understudy.model.frame import Frame, Frames, Opened, Sheet

LONG: Final = 8192
"""Frames from which a stream is framed while it is sent: clients that read slowly would keep all of it in memory."""

_KEPT = 4_000  # chunks remembered for joints of one size
_SIZES = 8  # of joints: identifiers of most providers are as long as those of others
_LARGE = 600  # bytes; what is larger is rarely said twice

_SMALL = 1 << 16  # numbers of two bytes

_ASKED: Final = (-1, ())  # of a sheet that was framed once


def chunked_for(sheet: Sheet, size: int) -> Iterable[Frame]:
    """The frames as HTTP chunks for a joint of that size; kept from the second time on, for most sheets are one stream's own.

    Those of very long sheets, and of frames that are made when they are due, are made as they are sent.
    """
    made = chunks_of(sheet.frames, size)
    if len(sheet.frames) > LONG or isinstance(sheet.frames, Frames | Opened):
        return made
    if sheet.chunks is None:
        sheet.chunks = _ASKED
        return made
    if sheet.chunks[0] != size:
        sheet.chunks = (size, list(made))
    return sheet.chunks[1]


def chunks_of(frames: Sequence[Frame], size: int) -> Iterator[Frame]:
    """Frames as HTTP chunks for a joint of that size, made as they are sent."""
    if isinstance(frames, Frames):
        return map(_chunk, frames, repeat(size))
    if isinstance(frames, Opened):
        return chain((_chunk((data, b""), size) for data in frames.own), chunks_of(frames.shared, size))
    return map(_table(size).__getitem__, frames)


def _chunk(frame: Frame, size: int) -> Frame:
    head, end = frame
    return b"%x\r\n%b" % (len(head) + size + len(end), head), end + b"\r\n"


class _Chunks(dict[Frame, Frame]):
    """Frames as chunks for joints of one size, made on demand."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def __missing__(self, frame: Frame) -> Frame:
        made = _chunk(frame, self._size)
        if len(frame[0]) + len(frame[1]) < _LARGE:
            if len(self) >= _KEPT:
                self.clear()
            self[frame] = made
        return made


@lru_cache(_SIZES)
def _table(size: int) -> _Chunks:
    """What is remembered for joints of one size; threads share it."""
    return _Chunks(size)


class _Numbers(dict[Frame, int]):
    """Frames by the places of their chunks in a list that grows on demand; threads share it."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size, self._lock = size, Lock()
        self._renew()

    def _renew(self) -> None:
        self.clear()
        self._chunks, self._sizes, self._bytes = list[Frame](), list[int](), 0

    def __missing__(self, frame: Frame) -> int:
        chunk = _table(self._size)[frame]
        size = len(chunk[0]) + self._size + len(chunk[1])
        self._chunks.append(chunk)
        self._sizes.append(size)
        self._bytes += size
        self[frame] = number = len(self)
        return number

    def number(self, frames: Iterable[Frame]) -> tuple[Sequence[int], Sequence[Frame], Sequence[int]]:
        """The numbers of frames, the list of chunks in which those are places, and that of how large each chunk is."""
        with self._lock:
            found = list(map(self.__getitem__, frames))
            chunks, sizes = self._chunks, self._sizes
            if len(chunks) > _KEPT or self._bytes > _KEPT * _LARGE:
                self._renew()
        return array("H" if len(chunks) < _SMALL else "I", found), chunks, sizes


@lru_cache(_SIZES)
def numbered_chunks(size: int) -> _Numbers:
    """The chunks that streams of their own share, for joints of one size: numbers take less to hold than chunks."""
    return _Numbers(size)
