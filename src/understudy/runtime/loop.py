"""Event loops and the collector: what a process is set up with before it serves.

uvloop where it exists, the standard loop elsewhere. Knows nothing of servers.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
from pathlib import Path


def new_loop() -> asyncio.AbstractEventLoop:
    """Make an event loop: uvloop's, or asyncio's own where uvloop does not exist (Windows)."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def freeze_collector() -> None:
    """Keep the garbage collector from walking what lives as long as the process, and let it run less often.

    Call once, when everything is loaded: requests make few cycles, and a full collection costs milliseconds.
    """
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    gc.enable()


def file_limit() -> int | None:
    """Return how many files this process may have open; None where nobody counts."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if soft == resource.RLIM_INFINITY else soft


def raise_file_limit() -> None:
    """Allow this process as many open files as the system grants: every connection is one."""
    try:
        import resource
    except ImportError:  # Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(OSError, ValueError):  # macOS names a hard limit that it does not grant
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def make_room_for_files(count: int) -> None:
    """Have the kernel make its table of this process's open files large enough now, while there is one thread.

    It grows by doubling, and once there are several threads each growth keeps whoever opens a file waiting for all processors:
    up to 10 ms, in which no stream is served (Linux, `expand_fdtable`). Costs 8 bytes a file, of the kernel's memory.
    """
    limit = file_limit()
    try:
        import fcntl
    except ImportError:  # Windows
        return
    number = count if limit is None else min(count, limit)
    with contextlib.suppress(OSError), Path(os.devnull).open("rb") as some:
        os.close(fcntl.fcntl(some, fcntl.F_DUPFD, max(number - 1, 0)))
