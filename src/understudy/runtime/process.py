"""A server as a process, or as a thread of somebody else's: loops, signals, ready and stop.

`serve` is what the command runs; `ThreadServer` is what tests and the Python API run. Neither prints anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from types import FrameType
from typing import Any, Final, ParamSpec, Self, TypeVar

from understudy.runtime.hub import RESERVED_FILES, TURNED_AWAY
from understudy.runtime.loop import make_room_for_files, new_loop, raise_file_limit
from understudy.runtime.server import Server, report_to_loop

P = ParamSpec("P")
T = TypeVar("T")

_PACKAGE = str(Path(__file__).parents[1])

GRACE: Final = 10.0
"""Seconds a served process has to finish its answers once it is told to stop."""


def serve(server: Server, on_ready: Callable[[Server], None], *, grace: float = GRACE) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is in flight; a second signal cuts it off.

    Args:
        server: not yet started.
        on_ready: called once it listens; `server.port` is the real one then.
        grace: seconds to finish in.

    Raises:
        UsageError: for a host or a port that cannot be listened on.
    """
    raise_file_limit()
    make_room_for_files(server.limits.max_connections + TURNED_AWAY + RESERVED_FILES)
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(_serve(server, on_ready, grace))


async def _serve(server: Server, on_ready: Callable[[Server], None], grace: float) -> None:
    loop = asyncio.get_running_loop()
    _hear_errors(loop, server)
    told = asyncio.Event()

    def stop() -> None:
        if told.is_set():
            server.abort()
        told.set()

    _on_signals(loop, stop)
    await server.start()
    on_ready(server)
    await told.wait()
    await server.stop(grace)


def _on_signals(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    def wake(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # the signature signal handlers have
        loop.call_soon_threadsafe(stop)

    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:  # Windows
            signal.signal(number, wake)


def _hear_errors(loop: asyncio.AbstractEventLoop, server: Server) -> None:
    """Lead what the loop would print to whoever hears the server's errors; what fails in others' tasks is no error of ours."""

    def hear(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if _is_foreign(context.get("future") or context.get("task")):
            return
        server.on_error(context.get("exception") or RuntimeError(context.get("message", "unknown error of the event loop")))

    if server.on_error is not report_to_loop:
        loop.set_exception_handler(hear)


def _is_foreign(task: object) -> bool:
    """Say whether a task is none of ours: a client that is collected on our thread leaves the task of its end on our loop."""
    code = getattr(task.get_coro(), "cr_code", None) if isinstance(task, asyncio.Task) else None
    return code is not None and not code.co_filename.startswith(_PACKAGE)


class ThreadServer:
    """A server on a thread of its own, listening when the constructor returns.

    Args:
        make_server: makes the server, on the new thread.
        loop_factory: makes its event loop.

    Raises:
        UsageError: for a host or a port that cannot be listened on; so does whatever `make_server` raises.
    """

    def __init__(
        self,
        make_server: Callable[[], Server],
        *,
        loop_factory: Callable[[], asyncio.AbstractEventLoop] = new_loop,
    ) -> None:
        self._make_server = make_server
        self._loop_factory = loop_factory
        self._ready: Future[Server] = Future()
        self._told: asyncio.Event
        self._grace = 0.0
        self._thread = threading.Thread(target=self._run, name="understudy", daemon=True)
        self._thread.start()
        self.server = self._ready.result()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self.server.port

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function on the server's thread, between two requests, and return what it returns."""
        result: Future[T] = Future()

        def run() -> None:
            try:
                result.set_result(function(*args, **kwargs))
            except BaseException as error:
                result.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return result.result()

    def stop(self, grace: float = 0.0) -> None:
        """Stop, and wait for the thread to end; nothing happens when it has."""
        self._grace = grace
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            self._loop.call_soon_threadsafe(self._told.set)
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=self._loop_factory) as runner:
                runner.run(self._main())
        except BaseException as error:
            if self._ready.done():
                raise
            self._ready.set_exception(error)

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._told = asyncio.Event()
        server = self._make_server()
        _hear_errors(self._loop, server)
        await server.start()
        self._ready.set_result(server)
        await self._told.wait()
        await server.stop(self._grace)
