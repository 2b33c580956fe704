"""The door: connections that get no further than it, and TLS that begins only once a connection was let in.

Whoever is turned away is told at most a few bytes, which follow what the client says first: to close over unread input resets
the connection, and the reset would destroy them. Somebody else may judge by a first line who is. Knows no more of HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from typing import Final, cast

from understudy.model.plan import Outcome
from understudy.runtime.connection import Connection
from understudy.runtime.hub import Hub
from understudy.runtime.life import DRAIN_TIME

AT_ONCE: Final = 100
"""Most connections accepted in one turn of the loop."""

REST: Final = 1.0
"""Seconds for which nobody is accepted when the process has no file left."""


HEARING: Final = 0.1
"""Seconds that a connection has for its first line."""

LINE: Final = 8192
"""Bytes of it that are read."""

Judge = Callable[[bytes], bool]
"""Says by the first line of a connection whether it is let in."""


class Turned(asyncio.Protocol):
    """A connection that is closed: at once, or after a few last words.

    Args:
        hub: where it is counted meanwhile, among the surplus.
        words: the answer to whatever the client says first; b"" = close without listening.
    """

    __slots__ = ("_hub", "_since", "_transport", "_words")

    def __init__(self, hub: Hub, words: bytes) -> None:
        self._hub = hub
        self._words = words
        self._since = hub.now()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Close, or wait for the client to speak; not for crowds."""
        self._transport = cast("asyncio.Transport", transport)
        if not self._words:
            self._transport.close()
        elif len(self._hub.surplus) < self._hub.room.crowd:
            self._hub.surplus.add(self)
        else:
            self._hub.room.cut += 1
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Say the words once, then send FIN and drop what still comes."""
        del data
        words, self._words = self._words, b""
        if words:
            self._transport.write(words)
            self._transport.write_eof()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # why it was lost makes no difference
        """Be forgotten."""
        self._hub.surplus.discard(self)

    def check(self, now: float) -> None:
        """Cut off a client that neither speaks nor leaves."""
        if now - self._since > DRAIN_TIME:
            self._transport.abort()

    def wind_up(self) -> None:
        """Close: the server is stopping."""
        self._transport.close()

    @property
    def working(self) -> bool:
        """Tell that the client is owed nothing."""
        return False

    def abort(self, outcome: Outcome) -> None:
        """Cut it off, whatever the reason."""
        del outcome
        self._transport.abort()


class Heard(Turned):
    """A connection that is closed unless its first line says what lets it in.

    Args:
        hub: where it is counted meanwhile, among the surplus.
        judge: is given that line.
    """

    __slots__ = ("_judge", "_said")

    def __init__(self, hub: Hub, judge: Judge) -> None:
        super().__init__(hub, b"?")
        self._judge = judge
        self._said = b""

    def data_received(self, data: bytes) -> None:
        """Hear the first line; what is let in goes on as if it had been from the start."""
        self._said += data
        line, end, _ = self._said[:LINE].partition(b"\n")
        if not end and len(self._said) < LINE:
            return
        if not self._judge(line):
            self._transport.close()
            return
        self._hub.surplus.discard(self)
        connection = Connection(self._hub)
        self._transport.set_protocol(connection)
        connection.connection_made(self._transport)
        connection.data_received(self._said)

    def check(self, now: float) -> None:
        """Close over a client that does not speak, as over one that said the wrong thing."""
        if now - self._since > HEARING:
            self._transport.close()


class Door:
    """A listening socket whose connections begin TLS only once they are let in; loops begin it before anybody is asked.

    Whoever has begun it takes a file already, so those for whom there is none are cut off before it.

    Args:
        hub: who is connected, and on which loop.
        bound: where.
        backlog: connections the kernel keeps until they are accepted.
        context: what to speak TLS with.
        admit: makes the protocol of a new connection; whom it makes `Turned` is spoken to without TLS.
    """

    def __init__(
        self,
        hub: Hub,
        bound: socket.socket,
        backlog: int,
        context: ssl.SSLContext,
        admit: Callable[[], Connection | Turned],
    ) -> None:
        self._hub = hub
        self._loop = hub.loop
        self._bound = bound
        self._context = context
        self._admit = admit
        self._greetings: set[asyncio.Task[None]] = set()
        self._rest: asyncio.Handle | None = None
        bound.listen(backlog)
        self._open()

    def close(self) -> None:
        """Accept nobody any more; whoever is at the door is let go."""
        self._loop.remove_reader(self._bound)
        self._bound.close()
        if self._rest is not None:
            self._rest.cancel()
        for greeting in self._greetings:
            greeting.cancel()

    def _open(self) -> None:
        self._loop.add_reader(self._bound, self._accept)

    def _accept(self) -> None:
        """Accept those who have come, some of them at a time."""
        for _ in range(AT_ONCE):
            try:
                client, _ = self._bound.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:  # no file is left: they wait in the backlog until others have gone
                self._loop.remove_reader(self._bound)
                self._rest = self._loop.call_later(REST, self._open)
                return
            if self._hub.is_full(len(self._greetings)):
                self._hub.room.cut += 1
                client.close()
                continue
            greeting = self._loop.create_task(self._greet(client))
            self._greetings.add(greeting)
            greeting.add_done_callback(self._greetings.discard)

    async def _greet(self, client: socket.socket) -> None:
        protocol = self._admit()
        context = None if isinstance(protocol, Turned) else self._context
        client.setblocking(False)
        with contextlib.suppress(OSError):  # the client has left
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError):  # no TLS, or none that both know, or the client has left: the loop closes it
            await self._loop.connect_accepted_socket(lambda: protocol, client, ssl=context)
