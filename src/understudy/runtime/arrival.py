"""When a request reached this machine, which may be long before a busy loop came to read it.

In: a transport, and when its last bytes were read. Out: the moment to count from. Where the kernel tells nothing (on other
systems, in virtual time) it is the moment of reading. Knows no HTTP.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from typing import Final

from understudy.model.ports import Clock
from understudy.runtime.clock import RealClock

GRAIN: Final = 0.005
"""Seconds by which it must have come earlier to be believed: the kernel counts in ticks of up to 4 ms."""

Arrival = Callable[[asyncio.Transport, float], float]

# struct tcp_info: eight bytes, then eleven words before tcpi_last_data_recv, which is in milliseconds.
_AT: Final = 52
_SIZE: Final = 56


def arrival(clock: Clock) -> Arrival:
    """Give the function that tells when the last bytes of a connection arrived, for moments of a clock."""
    if not isinstance(clock, RealClock) or sys.platform != "linux":
        return _as_read
    now = clock.monotonic

    def arrived(transport: asyncio.Transport, read: float) -> float:
        try:
            told = transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _SIZE)
        except (OSError, AttributeError):  # the client has left, or this is no TCP
            return read
        came = now() - int.from_bytes(told[_AT:_SIZE], sys.byteorder) / 1000 if len(told) == _SIZE else read
        return came if came < read - GRAIN else read

    return arrived


def _as_read(_transport: asyncio.Transport, read: float) -> float:
    return read
