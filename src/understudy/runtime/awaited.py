"""Waiting on somebody else's event loop (of asyncio) for what happens on the server's thread.

In: a condition, and a way to hear of every change. Out: whether it held in time. Nothing is polled, no thread is left waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

Hearing = Callable[[Callable[[], object]], AbstractContextManager[None]]
"""Has a listener, which may be called on any thread, told of every change as long as the context lasts."""


async def holds_in_time(holds: Callable[[], bool], heard: Hearing, seconds: float) -> bool:
    """Wait until something holds, which is looked at after every change; false when it did not in time.

    Args:
        holds: what is waited for.
        heard: tells of changes.
        seconds: of real time.
    """
    loop, changed = asyncio.get_running_loop(), asyncio.Event()
    with heard(partial(loop.call_soon_threadsafe, changed.set)):
        try:
            async with asyncio.timeout(seconds):
                while not holds():
                    await changed.wait()
                    changed.clear()
        except TimeoutError:
            return False
        return True


def is_on_a_loop() -> bool:
    """Say whether an event loop runs on this thread, which stands still while anything here waits."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
