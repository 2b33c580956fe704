"""When a request reached this machine, which may be long before a busy loop came to read it.

The kernel stamps what comes on a `stamped` socket to the microsecond, and tells whoever has a `look`. What the
loop reads by itself it tells `arrival`, to some milliseconds. Where it tells nothing (on other systems, in virtual time) it is
the moment of reading that counts. Knows no HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
from collections.abc import Callable
from typing import Final, Protocol

from understudy.model.ports import Clock
from understudy.runtime.clock import RealClock

GRAIN: Final = 0.005
"""Seconds by which it must have come earlier to be believed: the kernel counts in ticks of up to 4 ms."""

PROMPT: Final = 0.0025
"""Seconds since the last wake-up but one within which nobody can have waited for longer than the grain."""


class Awake(Protocol):
    """Somebody whom the loop wakes often while there is much to do.

    Attributes:
        since: when it was woken the last time but one. The loop has asked all sockets since then.
    """

    since: float


Look = Callable[[int], tuple[bytes, float]]

Arrival = Callable[[asyncio.Transport, float], float]

_STAMP: Final = 35  # SO_TIMESTAMPNS and SCM_TIMESTAMPNS, <asm-generic/socket.h>
_TIMESPEC: Final = struct.Struct("@ll")
_SPACE: Final = 64  # bytes for the stamp and its head
_MOST: Final = 64 * 1024
_OLDEST: Final = 60.0  # seconds: whoever seems to have waited for longer came before the clock was set

# struct tcp_info: eight bytes, then eleven words before tcpi_last_data_recv, which is in milliseconds.
_AT: Final = 52
_SIZE: Final = 56


def stamped(listener: socket.socket) -> None:
    """Ask the kernel to stamp what comes on connections to a listener."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # the moment of reading has to do
            listener.setsockopt(socket.SOL_SOCKET, _STAMP, 1)


def look(clock: Clock) -> Look:
    """Give the function that reads what has come on a socket already, at most once, and tells when it came.

    Nothing is lost: whatever else comes, the end as well, is found by the loop. Where no kernel stamps, nothing is read.
    """
    if not isinstance(clock, RealClock) or sys.platform != "linux":
        return _see_nothing
    now, wall = clock.monotonic, clock.wall

    def read(file: int) -> tuple[bytes, float]:
        bare = socket.SocketType(socket.AF_INET, socket.SOCK_STREAM, 0, file)
        try:
            data, notes, _, _ = bare.recvmsg(_MOST, _SPACE)
        except OSError:  # nothing has come yet, or the client has left
            return b"", 0.0
        finally:
            bare.detach()
        at = now()
        for level, kind, stamp in notes:
            if (level, kind, len(stamp)) == (socket.SOL_SOCKET, _STAMP, _TIMESPEC.size):
                seconds, nanoseconds = _TIMESPEC.unpack(stamp)
                waited = wall() - seconds - nanoseconds / 1e9
                if 0 < waited < _OLDEST:
                    return data, at - waited
        return data, at

    return read


def arrival(clock: Clock, awake: Awake) -> Arrival:
    """Give the function that tells when the last bytes of a connection arrived, for moments of a clock.

    To ask the kernel costs more than an event does, so it is not asked while the loop is known to be prompt.
    """
    if not isinstance(clock, RealClock) or sys.platform != "linux":
        return _as_read
    now = clock.monotonic

    def arrived(transport: asyncio.Transport, read: float) -> float:
        if read - awake.since < PROMPT:
            return read
        try:
            told = transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _SIZE)
        except (OSError, AttributeError):  # the client has left, or this is no TCP
            return read
        came = now() - int.from_bytes(told[_AT:_SIZE], sys.byteorder) / 1000 if len(told) == _SIZE else read
        return came if came < read - GRAIN else read

    return arrived


def _see_nothing(_file: int) -> tuple[bytes, float]:
    return b"", 0.0


def _as_read(_transport: asyncio.Transport, read: float) -> float:
    return read
