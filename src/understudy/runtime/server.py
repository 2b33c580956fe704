"""A listening server: connections counted, times kept, answers finished before the end.

In: an `App`, limits and a place to listen. It runs on whatever loop it is started on. Knows no provider, no settings and
no signals (those are `process`'s).
"""

from __future__ import annotations

import asyncio
import math
import ssl
from collections.abc import Callable
from functools import partial
from typing import Final

from understudy.model.plan import Plan
from understudy.model.ports import App, Clock, OnError
from understudy.runtime.alarm import make_alarm
from understudy.runtime.arrival import stamped
from understudy.runtime.clock import Handle, LoopTimers, RealClock, Timers, VirtualClock
from understudy.runtime.connection import Connection
from understudy.runtime.door import Door, Heard, Judge, Turned
from understudy.runtime.hub import Hub, Peer, Room
from understudy.runtime.lateness import Lateness
from understudy.runtime.listening import bind
from understudy.runtime.player import Player
from understudy.wire.http1 import Limits

DOORS: Final = 8
"""Most clients let in by one turn of the loop, for some loops accept one at a time at each listener."""

BACKLOG: Final = 8192
"""Connections the kernel keeps until they are accepted; it cuts this down to net.core.somaxconn."""

SWEEP: Final = 0.5
"""Most seconds between two looks at what takes too long."""

LAST_WORDS: Final = 0.25
"""Seconds clients have at a stop to read their last answer and close, once they are owed nothing more."""

AFTERWARDS: Final = 15.0
"""Seconds for which `on_sweep` is still called when nobody is connected any more."""

BATCH: Final = 100
"""Connections looked at in one turn of the loop, which takes about a tenth of a millisecond."""

POLL: Final = 0.005
"""Seconds between two looks at whether a stop is through."""

Background = Callable[[Plan], Callable[[], None]]
"""Plays a plan that is nobody's answer; returns what stops it."""


class Server:
    """Serves an application on a port.

    Args:
        app: what answers.
        limits: what clients may cost.
        host: name or address to listen on; "" means every interface.
        port: 0 picks a free one, which `port` tells after `start`.
        tls: speak HTTPS with this context (see `tls_context`).
        clock: a `VirtualClock` also drives every wait and time-out of the server.
        on_error: hears of errors that are ours: an application that raises, a plan that breaks. None = the loop's handler.
        lateness: takes the planned and actual times of everything that is played.
        on_start: is given, at each start, what plays plans that are nobody's answer and returns what stops them.
        on_sweep: is called every now and then while there are connections, and for `AFTERWARDS` seconds after the last of them.
        on_stop: is called when a stop begins, so that answers without an end can end.
        at_accept: is asked about each new connection, before TLS: None lets it in; bytes answer whatever the client says first,
            then the connection is closed; b"" closes it at once. A function is told the first line, and lets it in or not.
    """

    def __init__(
        self,
        app: App,
        limits: Limits | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 8000,
        tls: ssl.SSLContext | None = None,
        clock: Clock | None = None,
        on_error: OnError | None = None,
        lateness: Lateness | None = None,
        on_start: Callable[[Background], None] | None = None,
        on_sweep: Callable[[], None] | None = None,
        on_stop: Callable[[], None] | None = None,
        at_accept: Callable[[], bytes | Judge | None] | None = None,
    ) -> None:
        self.lateness = lateness or Lateness()
        self._on_start = on_start
        self._on_sweep = on_sweep
        self._on_stop = on_stop
        self._at_accept = at_accept
        self.app = app
        limits = self.limits = limits or Limits()
        self.room = Room(limits.max_connections, None)  # what the system grants is known at the start
        self.host = host
        self.port = port
        self.clock = clock or RealClock()
        self.on_error = on_error or report_to_loop
        self._tls = tls
        self._hub: Hub | None = None
        self._timers: Timers | None = None
        self._listeners: list[asyncio.AbstractServer | Door] = []
        self._alarm: Handle | None = None
        self._period = min(4 * SWEEP, limits.idle_timeout, limits.header_timeout, limits.body_timeout, limits.write_timeout) / 4
        self._peopled = -math.inf  # the last moment at which somebody was known to be connected

    async def start(self) -> None:
        """Listen, on the running loop.

        Raises:
            UsageError: for a host or a port that cannot be listened on.
        """
        loop = asyncio.get_running_loop()
        sockets = bind(self.host, self.port)
        self.port = sockets[0].getsockname()[1]
        self._timers = self.clock if isinstance(self.clock, VirtualClock) else LoopTimers(loop, self.clock)
        player = Player(self.clock, partial(make_alarm, loop, self._timers), loop.call_soon, self.on_error, self.lateness)
        self._hub = Hub(self.app, self.limits, self.clock, player, self.on_error)
        self.room = self._hub.room
        if self._on_start is not None:
            self._on_start(player.background)
        for bound in sockets:
            if self._tls is None:
                stamped(bound)
            if self._tls is None or self._at_accept is None:
                for door in (bound, *(bound.dup() for _ in range(DOORS - 1))):
                    listener = await loop.create_server(self._accept, sock=door, backlog=BACKLOG, ssl=self._tls)
                    self._listeners.append(listener)
            else:
                self._listeners.append(Door(self._hub, bound, BACKLOG, self._tls, self._accept))

    @property
    def connections(self) -> int:
        """How many connections there are."""
        return len(self._hub.connections) + len(self._hub.surplus) if self._hub else 0

    @property
    def waiting(self) -> int:
        """How many streams wait for their next event."""
        return self._hub.player.waiting if self._hub else 0

    async def stop(self, grace: float = 0.0) -> None:
        """Stop listening, finish the answers in flight, close.

        Args:
            grace: seconds after which answers that are not finished are cut off.
        """
        for listener in self._listeners:
            listener.close()
        self._listeners.clear()
        if self._hub is None:
            return
        loop = asyncio.get_running_loop()
        deadline = loop.time() + grace
        await _until(lambda: False, loop.time())  # hear what has arrived already
        self._hub.stopping = True
        if self._on_stop is not None:
            self._on_stop()
        for connection in self.peers():
            connection.wind_up()
        await _until(lambda: not any(c.working for c in self.peers()), deadline)
        await _until(lambda: not self.connections, min(deadline, loop.time() + LAST_WORDS))
        self.abort()
        await _until(lambda: not self.connections, loop.time() + LAST_WORDS)
        self._hub.player.close()
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def abort(self) -> None:
        """Cut every connection off at once; a stop under way ends with it."""
        for connection in self.peers():
            connection.abort("server_stopped")

    def peers(self) -> list[Peer]:
        """List the connections there are, those being turned away too."""
        return [*self._hub.connections, *self._hub.surplus] if self._hub else []

    def _accept(self) -> Connection | Turned:
        assert self._hub is not None  # noqa: S101  # nothing is accepted before `start`
        self._peopled = self.clock.monotonic()
        if self._alarm is None:
            self._wake(self._period, self._look)
        if self._at_accept is None:
            return Connection(self._hub)
        try:
            words = self._at_accept()
        except Exception as error:
            self.on_error(error)
            words = None
        if words is None:
            return Connection(self._hub)
        return Turned(self._hub, words) if isinstance(words, bytes) else Heard(self._hub, words)

    def _wake(self, delay: float, callback: Callable[[], None]) -> None:
        assert self._timers is not None  # noqa: S101  # as above
        self._alarm = self._timers.call_at(self.clock.monotonic() + delay, callback)

    def _look(self) -> None:
        """Sweep, and again later while there is anybody, or somebody wants to hear of it; an empty server sleeps at last."""
        if self._on_sweep is not None:
            try:
                self._on_sweep()
            except Exception as error:
                self.on_error(error)
        self._look_on(self.peers())

    def _look_on(self, peers: list[Peer]) -> None:
        """Sweep a part, so that a crowd does not make the answers of all others late."""
        self._alarm = None
        self._check(peers[:BATCH])
        if self.connections:
            self._peopled = self.clock.monotonic()
        if len(peers) > BATCH:
            self._wake(0.0, partial(self._look_on, peers[BATCH:]))
        elif self.connections or (self._on_sweep is not None and self.clock.monotonic() - self._peopled < AFTERWARDS):
            self._wake(self._period, self._look)

    def _check(self, peers: list[Peer]) -> None:
        now = self.clock.monotonic()
        for connection in peers:
            try:
                connection.check(now)
            except Exception as error:
                self.on_error(error)


async def _until(done: Callable[[], bool], deadline: float) -> None:
    """Wait until something holds or the loop's time is up, and at least one turn of the loop."""
    loop = asyncio.get_running_loop()
    pause = 0.0
    while True:
        turn = loop.create_future()
        loop.call_later(pause, turn.set_result, None)
        await turn
        if done() or loop.time() >= deadline:
            return
        pause = POLL


def report_to_loop(error: BaseException) -> None:
    """Hand an error to the running loop's exception handler."""
    asyncio.get_running_loop().call_exception_handler({"message": str(error), "exception": error})
