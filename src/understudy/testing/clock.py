"""The time a server under test goes by: the machine's, or one that the test moves.

`virtual` time stands still until it is advanced. `auto` time jumps to the next moment somebody waits for whenever there is one,
so that a slow answer takes no time at all. Clients keep their own time; only what the server waits for is moved.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Any, Final, Literal, get_args

from understudy.runtime.clock import Handle, VirtualClock

Mode = Literal["real", "virtual", "auto"]

BEGIN: Final = 1_767_225_600.0
"""Unix time at which virtual time begins: the first second of 2026."""

_AT_ONCE = 16  # moments jumped to before the server hears its clients again


class JumpingClock(VirtualClock):
    """A virtual clock that says when somebody begins to wait, and can go to the next moment that is waited for."""

    def __init__(self, wall: float, asked: Callable[[], object]) -> None:
        super().__init__(0.0, wall)
        self._tell = asked

    def call_at(self, deadline: float, callback: Callable[[], None]) -> Handle:
        """Call back when the clock is moved to the deadline or beyond."""
        handle = super().call_at(deadline, callback)
        self._tell()
        return handle

    def jump(self) -> None:
        """Move to the next moment that is waited for, if any."""
        deadlines = [deadline for deadline, _, alarm in self._alarms if alarm.callback is not None]
        if deadlines:
            self.advance(max(0.0, min(deadlines) - self.monotonic()))


class ServerClock:
    """The clock of one server, as the test sees it.

    Args:
        mode: whose time it is.
    """

    def __init__(self, mode: Mode) -> None:
        if mode not in get_args(Mode):
            raise ValueError(f"clock {mode!r}: expected 'real', 'virtual' or 'auto'")
        self.mode = mode
        self._asked = Event()
        self._run: Callable[..., Any] = at_once
        self._virtual = None if mode == "real" else JumpingClock(BEGIN, self._asked.set)

    @property
    def now(self) -> float:
        """Seconds that virtual time has been moved by.

        Raises:
            RuntimeError: when time is real.
        """
        return self._moved().monotonic()

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass at once: whatever is due until then is sent before this returns, each at its time.

        Raises:
            RuntimeError: when time is real.
        """
        if seconds < 0:
            raise ValueError(f"seconds {seconds!r}: expected 0 or more; time does not go back")
        self._run(self._moved().advance, seconds)

    def _moved(self) -> JumpingClock:
        if self._virtual is None:
            raise RuntimeError(
                'the clock is the machine\'s: expected a virtual one. Use Understudy(clock="virtual"), with pytest'
                ' @pytest.mark.understudy(clock="virtual").'
            )
        return self._virtual


class HouseClock(ServerClock):
    """The same as the server sees it, with which it starts and stops."""

    def __init__(self, mode: Mode) -> None:
        super().__init__(mode)
        self._stopped = Event()
        self._thread: Thread | None = None

    @property
    def virtual(self) -> VirtualClock | None:
        """What the server is to go by; None is the machine's time."""
        return self._virtual

    def attach(self, run: Callable[..., Any], waiting: Callable[[], int]) -> None:
        """Go with a server that starts: `run` calls a function on its thread, `waiting` counts the answers that wait."""
        self._run = run
        if self.mode == "auto":
            self._stopped.clear()
            self._thread = Thread(target=self._jump, args=(waiting,), name="understudy-clock", daemon=True)
            self._thread.start()

    def detach(self) -> None:
        """Stop with the server, before it does."""
        if self._thread is not None:
            self._stopped.set()
            self._asked.set()
            self._thread.join()
            self._thread = None
        self._run = at_once

    def _jump(self, waiting: Callable[[], int]) -> None:
        """Jump as long as an answer waits; in between the server hears what clients say."""
        virtual, run = self._moved(), self._run

        def step() -> bool:
            for _ in range(_AT_ONCE):
                if not waiting():
                    return False
                virtual.jump()
            return True

        while not self._stopped.is_set():
            self._asked.wait()
            self._asked.clear()
            while not self._stopped.is_set() and run(step):
                pass


def at_once(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function where no server runs."""
    return function(*arguments)
