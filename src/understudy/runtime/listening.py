"""Listening sockets: from a host and a port to bound sockets, or to a sentence that says what to change.

Knows addresses and their errors; nothing of what is spoken on them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import sys
from typing import Any, Final

from understudy.errors import UsageError

CONGESTION: Final = b"reno"
"""How congestion is avoided where there is none, on loopback: the simplest way. Clients' sockets have it from the listener's.

Where the system's own is BBR, each event costs 5 % more of the kernel's time, and BBR spreads packets in time by itself.
"""

Address = tuple[int, tuple[Any, ...]]


def bind(host: str, port: int) -> list[socket.socket]:
    """Bind one socket for each address of the host, all to the same port.

    Args:
        host: a name or an address; "" means every interface.
        port: 0 picks a free one.

    Raises:
        UsageError: for a port that is taken, privileged or out of range, and a host that is not this machine.
    """
    if not 0 <= port <= 65535:
        raise UsageError(f"port {port}: expected a number from 0 to 65535. 0 picks a free port.")
    addresses = _resolve(host, port)
    sockets: list[socket.socket] = []
    try:
        for family, address in addresses:
            if sockets:  # the port that 0 became serves the other addresses too
                address = (address[0], sockets[0].getsockname()[1], *address[2:])
            try:
                sockets.append(_bind_one(family, address, dual=len(addresses) == 1))
            except OSError as error:
                if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT) or (family, address) == addresses[0]:
                    raise
    except OSError as error:
        for bound in sockets:
            bound.close()
        raise UsageError(_explain(error, host, port)) from error
    return sockets


def _resolve(host: str, port: int) -> list[Address]:
    """Look the host up; IPv4 first, because a name like localhost may lead to IPv6 that is switched off."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        raise UsageError(_explain(error, host, port)) from error
    return sorted({(int(family), address) for family, _, _, _, address in found}, key=lambda a: (a[0] != socket.AF_INET, a))


def _bind_one(family: int, address: tuple[Any, ...], *, dual: bool) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and not dual:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if sys.platform == "linux" and (address[0].startswith("127.") or address[0] == "::1"):
            with contextlib.suppress(OSError):  # not every system lets its users choose
                bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, CONGESTION)
        bound.setblocking(False)
        bound.bind(address)
    except BaseException:
        bound.close()
        raise
    return bound


def _explain(error: OSError | UnicodeError, host: str, port: int) -> str:
    code = getattr(error, "errno", None)
    if code == errno.EADDRINUSE:
        return f"port {port}: expected a free port, got one in use on {host}. Stop what listens there, or use 0 to pick one."
    if code in (errno.EACCES, errno.EPERM):
        return f"port {port}: expected one this user may open, got a privileged one. Use 1024 or above."
    reason = getattr(error, "strerror", None) or "no valid name"
    return f"host {host}: expected an address of this machine, got: {reason}. Use 127.0.0.1, or 0.0.0.0 for every interface."
