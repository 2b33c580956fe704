"""Where lines go: to a stream whose reader may be slow or gone, for whom nobody waits.

A pipe or a terminal takes only so much until somebody reads on. What it has no room for is kept for a while; when that is too
much, lines are left out and counted. All other streams, such as files, take what they are given.
"""

from __future__ import annotations

import os
import select
import stat
import threading
from collections import deque
from collections.abc import Callable
from typing import Final, TextIO

KEPT: Final = 1 << 20
"""Bytes kept for a reader who is slow: some 2,500 lines."""

_PIECE: Final = getattr(select, "PIPE_BUF", 512)  # bytes that whatever has room takes at once


class Outlet:
    """Takes lines, and never raises.

    Args:
        stream: where lines go; once it is closed or its reader gone, they go nowhere.
        told: spells the line that says how many were left out.
    """

    def __init__(self, stream: TextIO, told: Callable[[int], str]) -> None:
        self._stream: TextIO | None = stream
        self._told = told
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._lock = threading.Lock()
        self._kept: deque[bytes] = deque()
        self._size = self._lost = 0
        self._file, self._asks = _that_may_block(stream)
        if self._file is not None:
            self._room = select.poll()
            self._room.register(self._file, select.POLLOUT)

    @property
    def is_open(self) -> bool:
        """Whether lines go anywhere."""
        return self._stream is not None

    def put(self, text: str) -> None:
        """Write a line, or keep it until there is room."""
        if self._stream is None:
            return
        if self._file is None:
            self._print(text)
            return
        with self._lock:
            if self._kept:
                self._flush()
            if self._size >= KEPT:
                self._lost += 1
                return
            self._tell()
            self._keep(text)
            self._flush()

    def flush(self, patience: float = 0.0) -> None:
        """Write what was kept, as long as there is room, or comes to be before so many seconds are over."""
        if self._kept or self._lost:
            with self._lock:
                self._flush(patience)
                if not self._kept:
                    self._tell()
                    self._flush()

    def _tell(self) -> None:
        if self._lost:
            lost, self._lost = self._lost, 0
            self._keep(self._told(lost))

    def _keep(self, text: str) -> None:
        data = text.encode(self._encoding, "backslashreplace")
        self._kept.append(data)
        self._size += len(data)

    def _flush(self, patience: float = 0.0) -> None:
        kept, file, asks = self._kept, self._file, self._asks or patience
        try:
            while kept and file is not None:
                if asks and not self._room.poll(patience * 1000):
                    return
                data = kept[0]
                written = os.write(file, data if len(data) <= _PIECE else data[:_PIECE])
                self._size -= written
                if written == len(data):
                    kept.popleft()
                else:
                    kept[0] = data[written:]
        except BlockingIOError:
            return
        except OSError:
            self._give_up()

    def _print(self, text: str) -> None:
        stream = self._stream
        if stream is None:
            return
        try:
            try:
                stream.write(text)
            except UnicodeEncodeError:
                stream.write(text.encode("ascii", "backslashreplace").decode())
            stream.flush()
        except (BrokenPipeError, ValueError):  # the reader is gone, or the stream closed: for good
            self._give_up()
        except OSError:  # a full disk may have room again for the next line
            return

    def _give_up(self) -> None:
        """Point a dead stream at nothing, so that what it still holds fails no more (Python would complain when it exits)."""
        stream, self._stream = self._stream, None
        self._kept.clear()
        self._size = self._lost = 0
        if stream is None:
            return
        try:
            nothing = os.open(os.devnull, os.O_WRONLY)
            if self._file is not None:
                os.dup2(nothing, self._file)
            os.dup2(nothing, stream.fileno())
            os.close(nothing)
        except (OSError, ValueError):  # no file behind the stream, or closed already
            return


def _that_may_block(stream: TextIO) -> tuple[int | None, bool]:
    """Find the file of a stream that waits for its reader, a pipe, a socket or a terminal, and whether to ask it for room.

    Linux opens another door to the same pipe or terminal, at which nobody waits; its first one is shared with other programs,
    who may want to wait. There is no file of other streams, and none on Windows.
    """
    if not hasattr(select, "poll"):
        return None, False
    try:
        stream.flush()
        file = stream.fileno()
        mode = os.fstat(file).st_mode
    except (OSError, ValueError):  # memory, or closed
        return None, False
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISCHR(mode)):
        return None, False
    try:
        own = os.open(f"/proc/self/fd/{file}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:  # no such door here: sockets have none, and the pipes of other users
        return file, True
    return own, False
