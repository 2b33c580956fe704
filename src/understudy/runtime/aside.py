"""Long work, such as counting the tokens of a megabyte: done a slice at a time, between everybody else's turns.

Python runs one thread at a time, and one that computes makes way for others five milliseconds late, whenever they have asked
the system for something. So a long work has a thread that stands still, but for slices which the loop waits for. A piece
of it that takes longer is not waited for: it goes on as threads do.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Final

from msgspec import Struct

from understudy.errors import Interrupted
from understudy.model.http import Request
from understudy.model.plan import Delivery, Plan
from understudy.model.ports import App

SLICE: Final = 0.0005
"""Seconds of work between two turns of others."""

PATIENCE: Final = 0.002
"""Seconds after which the loop goes on, whether the work has paused or not."""

TOGETHER: Final = 4
"""Most works that take turns; the others wait until one is done."""

Soon = Callable[[Callable[[], None]], object]


def limit(seconds: float, now: Callable[[], float] = monotonic) -> Callable[[], None]:
    """Make a pause that stops the work so long after it was made: by raising `Interrupted`."""
    until = now() + seconds

    def pause() -> None:
        if now() > until:
            raise Interrupted

    return pause


def prepared(app: App, request: Request, pause: Callable[[], None]) -> None:
    """Have a request prepared, with such pauses."""
    request.pauses = lambda: pause
    try:
        app.prepare(request)
    finally:
        request.pauses = None


class _Answered(Struct):
    """An answer that waits to be given."""

    answer: bytes | Plan


def answered(app: App, request: Request, pause: Callable[[], None]) -> None:
    """Have a request answered, with such pauses; `taken` takes the answer."""
    request.pauses, request.alone = lambda: pause, True
    try:
        request.prepared = _Answered(app.respond(request))
    finally:
        request.pauses = None


def taken(request: Request) -> bytes | Plan | None:
    """Take an answer that was made aside; None where there is none."""
    made = request.prepared
    if not isinstance(made, _Answered):
        return None
    request.prepared, request.alone = None, False
    return made.answer


def forget(answer: bytes | Plan | None) -> None:
    """Give up an answer whose client has left."""
    if isinstance(answer, Plan) and answer.ended is not None:
        answer.ended(Delivery("client_gone", 0))


class _Dropped(BaseException):
    """Nobody waits for this work any more."""


class Work:
    """Something that takes long.

    Args:
        run: does it, and calls what it is given between two pieces of it.
        done: hears that it is done, on the loop, with what it raised.
        now: a clock in seconds.
        alone: nothing else happens but between its pieces: each is waited for, and what was begun is done to its end, dropped
            or not.
    """

    def __init__(
        self,
        run: Callable[[Callable[[], None]], None],
        done: Callable[[Exception | None], None],
        now: Callable[[], float],
        *,
        alone: bool = False,
    ) -> None:
        self.done = done
        self._alone = alone
        self._run = run
        self._now = now
        self._until = 0.0  # the end of its slice
        self._thread: threading.Thread | None = None
        self._go, self._back = threading.Semaphore(0), threading.Semaphore(0)
        self._standing = True
        self._over = self._dropped = False
        self._error: Exception | None = None

    def slice(self) -> bool:
        """Let it go on for a slice; tell whether it is over."""
        if self._standing:
            self._standing = False
            self._until = self._now() + SLICE
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="understudy-aside", daemon=True)
                self._thread.start()
            self._go.release()
        if self._back.acquire(timeout=None if self._alone else PATIENCE):
            self._standing = True
        return self._standing and self._over

    def drop(self) -> None:
        """Let it end where it is; nobody hears of it."""
        self._dropped = True
        if self.ends:
            self._go.release()

    @property
    def ends(self) -> bool:
        """Whether nobody waits for it, so that it is not begun, or not done to its end."""
        return self._dropped and not (self._alone and self._thread is not None)

    def conclude(self) -> None:
        """Tell that it is done, unless it was dropped before."""
        error, self._error = self._error, None
        if not self.ends:
            self.done(error)

    def _pause(self) -> None:
        if self._now() >= self._until:
            self._back.release()
            self._go.acquire()
        if self.ends:
            raise _Dropped

    def _work(self) -> None:
        self._go.acquire()
        try:
            if not self.ends:
                self._run(self._pause)
        except Exception as error:
            self._error = error
        except _Dropped:
            pass
        finally:  # the loop waits for what is done alone
            self._over = True
            self._back.release()


class Aside:
    """The long works of one loop.

    Args:
        soon: calls back after everybody else has had a turn.
        now: a clock in seconds.
    """

    def __init__(self, soon: Soon, now: Callable[[], float] = monotonic) -> None:
        self._soon = soon
        self._now = now
        self._works: deque[Work] = deque()
        self._others: deque[Work] = deque()

    def do(
        self, run: Callable[[Callable[[], None]], None], done: Callable[[Exception | None], None], *, alone: bool = False
    ) -> Work:
        """Have something done that takes long, as a `Work`; whoever it is for may drop it."""
        work = Work(run, done, self._now, alone=alone)
        if len(self._works) < TOGETHER:
            self._works.append(work)
            if len(self._works) == 1:
                self._soon(self._turn)
        else:
            self._others.append(work)
        return work

    def prepare(self, app: App, request: Request, done: Callable[[Exception | None], None], *, alone: bool) -> Work:
        """Have a request prepared, or answered `alone`."""
        return self.do(partial(answered if alone else prepared, app, request), done, alone=alone)

    def _turn(self) -> None:
        work = self._works.popleft()
        over = work.ends or work.slice()
        if not over:
            self._works.append(work)
        elif self._others:
            self._works.append(self._others.popleft())
        if self._works:
            self._soon(self._turn)
        if over:
            work.conclude()
