"""Work beside serving: renewing something (look now and then, build on a worker thread, swap on the loop), and doing it once.

Knows neither scripts nor worlds: what is looked at, built and swapped comes in as three functions. No request waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Renewal(Generic[T]):
    """Runs on the current loop from its creation until `stop`.

    Args:
        period: seconds between two looks.
        changed: cheap; says whether there is something new.
        build: makes the new thing, on a worker thread; None means that it cannot be used.
        adopt: takes it, on the loop.
        on_error: hears of exceptions of all three; the renewal goes on.
    """

    def __init__(
        self,
        period: float,
        changed: Callable[[], bool],
        build: Callable[[], T | None],
        adopt: Callable[[T], None],
        on_error: Callable[[BaseException], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._period = period
        self._changed = changed
        self._build = build
        self._adopt = adopt
        self._on_error = on_error
        self._stopped = False
        self._building = False
        self._handle = self._loop.call_later(period, self.look)

    def stop(self) -> None:
        """Look no more; what is being built is not adopted."""
        self._stopped = True
        self._handle.cancel()

    def look(self) -> None:
        """Look now, on the loop, and again a period later; nothing happens while something is being built."""
        if self._stopped or self._building:
            return
        self._handle.cancel()
        try:
            changed = self._changed()
        except Exception as error:
            self._on_error(error)
            changed = False
        if changed:
            self._building = True
            self._loop.run_in_executor(None, self._build).add_done_callback(self._built)
        else:
            self._again()

    def _built(self, future: asyncio.Future[T | None]) -> None:
        self._building = False
        if future.cancelled():  # the loop is ending
            return
        try:
            made = future.result()
            if made is not None and not self._stopped:
                self._adopt(made)
        except Exception as error:
            self._on_error(error)
        self._again()

    def _again(self) -> None:
        if not self._stopped:
            self._handle = self._loop.call_later(self._period, self.look)


def after(seconds: float, work: Callable[[], None], on_error: Callable[[BaseException], None]) -> None:
    """Do something that may take a while on a worker thread, some time from now; the loop that runs goes on meanwhile."""
    loop = asyncio.get_running_loop()

    def done(future: asyncio.Future[None]) -> None:
        if not future.cancelled() and (error := future.exception()) is not None:
            on_error(error)

    loop.call_later(seconds, lambda: loop.run_in_executor(None, work).add_done_callback(done))
