"""Runs a coroutine where a loop runs already: on its thread, to the end, while that loop waits.

A thread of its own would be the other way, but there it could not ask what belongs to this one, which waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


def finished(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine on a loop of its own, inside of whatever runs on this thread, and return what it returns."""
    outer = asyncio._get_running_loop()  # meant for those who run loops, as is done here
    asyncio._set_running_loop(None)
    try:
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            return runner.run(coroutine)
    finally:
        asyncio._set_running_loop(outer)
