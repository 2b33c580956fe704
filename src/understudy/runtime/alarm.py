"""The player's alarm: one wake-up that is set again and again, as exact as the system allows.

Event loops wake in whole milliseconds, too coarse for a thousand streams with an event every 20 ms. On Linux the alarm is a
timer file (timerfd) that the loop watches like a socket: a deadline costs one system call and is met to some 50 us. Elsewhere
it is a timer of the loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable
from typing import Any, Final, Protocol

from understudy.runtime.clock import Handle, LoopTimers, Timers, VirtualClock

EXACT: Final = 1 / 8192
"""Seconds from one wake-up to the next, at the least, where the system keeps time exactly."""

COARSE: Final = 1 / 1024
"""The same where only the loop wakes, in whole milliseconds."""

VIRTUAL: Final = 2.0**-80
"""The same on a clock that stands still until it is moved: no moment is rounded."""

FAR: Final = 1e9
"""The latest moment a timer file is set for, which no machine stays up to: what is later may not fit into its numbers."""

_ABSOLUTE = 1  # TFD_TIMER_ABSTIME, <sys/timerfd.h>


class Alarm(Protocol):
    """Calls back once when a moment has come; setting it again forgets the moment before.

    The callback sets or clears the alarm before it returns, or is called again at once.
    """

    step: float
    """Seconds worth telling apart."""

    def set(self, deadline: float) -> None:
        """Call back when the clock has reached the deadline."""
        ...

    def again(self) -> None:
        """Call back as soon as others have had their turn; only the callback may ask for it."""
        ...

    def clear(self) -> None:
        """Do not call back."""
        ...

    def close(self) -> None:
        """Give back what the system lent."""
        ...


class TimerAlarm:
    """An alarm by timers that wake once.

    Args:
        timers: what wakes; loops do so in whole milliseconds.
        callback: what is called.
        step: seconds worth telling apart.
    """

    def __init__(self, timers: Timers, callback: Callable[[], None], step: float = COARSE) -> None:
        self.step = step
        self._call_at = timers.call_at
        self._callback = callback
        self._handle: Handle | None = None

    def set(self, deadline: float) -> None:
        """Call back at the deadline."""
        self.clear()
        self._handle = self._call_at(deadline, self._callback)

    def again(self) -> None:
        """Call back at once."""
        self.set(0.0)

    def clear(self) -> None:
        """Call the timer off."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    close = clear


class FileAlarm:
    """An alarm by a timer file; its deadlines are those of `time.monotonic`.

    Raises:
        OSError: where the system has none to give.
    """

    step = EXACT

    def __init__(self, loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
        self._file, self._set = _timer_file()
        self._loop = loop
        loop.add_reader(self._file, callback)

    def set(self, deadline: float) -> None:
        """Call back at the deadline."""
        self._set(min(FAR, deadline))

    def again(self) -> None:
        """Leave the file as it is: readable, which the loop will find once more."""

    def clear(self) -> None:
        """Call nobody."""
        self._set(0.0)

    def close(self) -> None:
        """Close the file."""
        if self._file >= 0:
            self._loop.remove_reader(self._file)
            os.close(self._file)
            self._file = -1
            self._set = _nothing


def _nothing(_deadline: float) -> None:
    pass


def _timer_file() -> tuple[int, Callable[[float], None]]:
    """Open a timer file and give what sets it; 0.0 disarms it.

    Python has timer files since 3.13; before, the C library is asked.
    """
    import time

    if sys.version_info >= (3, 13):
        flags = os.TFD_NONBLOCK | os.TFD_CLOEXEC
        file = os.timerfd_create(time.CLOCK_MONOTONIC, flags=flags)
        return file, lambda deadline: os.timerfd_settime(file, flags=os.TFD_TIMER_ABSTIME, initial=deadline)  # type: ignore[return-value,func-returns-value]  # what it returns is of no use
    import ctypes

    library: Any = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "timerfd_create"):
        raise OSError("the C library has no timer files")
    file = library.timerfd_create(time.CLOCK_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC)
    if file < 0:
        raise OSError(ctypes.get_errno(), "timerfd_create")
    value = (ctypes.c_long * 4)()  # struct itimerspec: interval and first time, each as seconds and nanoseconds
    settime, at = library.timerfd_settime, ctypes.byref(value)

    def set_to(deadline: float) -> None:
        seconds = int(deadline)
        value[2] = seconds
        value[3] = int((deadline - seconds) * 1e9)
        settime(file, _ABSOLUTE, at, None)

    return file, set_to


def make_alarm(loop: asyncio.AbstractEventLoop, timers: Timers, callback: Callable[[], None]) -> Alarm:
    """Make the best alarm there is.

    Args:
        loop: what runs the callback.
        timers: what to wake by when the system has nothing better; a virtual clock wakes exactly.
        callback: what is called.
    """
    if isinstance(timers, VirtualClock):
        return TimerAlarm(timers, callback, VIRTUAL)
    if sys.platform == "linux" and isinstance(timers, LoopTimers) and timers.exact:
        with contextlib.suppress(OSError, NotImplementedError):
            return FileAlarm(loop, callback)
    return TimerAlarm(timers, callback)
