"""Ending a connection with RST, as a process does that crashes.

What was sent before the reset is given a moment to leave, for a reset destroys what is under way. Knows transports and nothing
of what is spoken on them.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from typing import Final

TRIES: Final = 50
"""Milliseconds a reset waits, at most, for bytes that were sent before it and that the socket has not taken yet."""

_AT_ONCE = struct.pack("ii", 1, 0)  # struct linger: on, for no time


def reset(transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, tries: int = TRIES) -> None:
    """Send RST as soon as the socket has taken everything, or when `tries` looks at that, a millisecond apart, are over."""
    if tries and transport.get_write_buffer_size():
        loop.call_later(0.001, reset, transport, loop, tries - 1)
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):  # the client was faster, and the socket is closed
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    transport.abort()
