"""Event loops and the collector: what a process is set up with before it serves.

uvloop where it exists, the standard loop elsewhere. Knows nothing of servers.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc


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
