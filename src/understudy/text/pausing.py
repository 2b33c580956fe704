"""Long work pauses: between two of its pieces it calls whoever has it done, who may hold it up, or stop it by an exception.

Holds for the thread it is said in, and knows neither clocks nor who that is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class _Here(threading.local):
    """What is said in this thread.

    Attributes:
        pause: what long work is to call every now and then, at least once a millisecond; None where nobody waits.
    """

    pause: Callable[[], None] | None = None


HERE = _Here()
"""Whoever has a work done sets the pause before it, and takes it back behind it."""


def pause() -> None:
    """Pause, if somebody waits."""
    if HERE.pause is not None:
        HERE.pause()
