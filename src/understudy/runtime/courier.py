"""Asks another server and tells what it answers as it comes: the HTTP client of the house, for who stands between two.

In: where to connect, and a request. Out: a head, pieces of the body, an end, each with the moment it arrived, told on the loop.
A thread for each request reads; nothing is buffered, followed, retried or unpacked. Knows no provider.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Final

from msgspec import Struct

from understudy.model.ports import Clock

PIECE: Final = 64 * 1024
"""Most bytes told at once."""


class Address(Struct, frozen=True):
    """Where a server is."""

    host: str
    port: int
    tls: bool = False


class Letter(Struct, frozen=True):
    """A request to deliver: `target` is path and query as they are sent, `fields` all header fields but the framing."""

    method: str
    target: str
    fields: tuple[tuple[str, str], ...]
    body: bytes = b""


class Head(Struct, frozen=True):
    """The head of an answer; `sent` is the moment the request was on its way. `length` is None for what is chunked or open."""

    status: int
    fields: tuple[tuple[str, str], ...]
    length: int | None
    sent: float
    at: float


class Piece(Struct, frozen=True):
    """A part of the body."""

    data: bytes
    at: float


class End(Struct, frozen=True):
    """The answer is over; `problem` says why it is not whole, `silent` whether not even a head came."""

    at: float
    problem: str = ""
    silent: bool = False


News = Head | Piece | End
Hear = Callable[[News], None]
Line = list[socket.socket]
"""The socket of a letter, once it is connected: `http.client` lets go of it before the answer is read."""


class Courier:
    """Delivers letters to one address.

    Args:
        address: the only server it talks to.
        clock: gives the moments.
        patience: seconds a server may be silent.
    """

    def __init__(self, address: Address, clock: Clock, patience: float = 600.0) -> None:
        self._address = address
        self._now = clock.monotonic
        self._patience = patience
        self._context = ssl.create_default_context() if address.tls else None

    def deliver(self, letter: Letter, hear: Hear) -> Callable[[], None]:
        """Deliver a letter; what comes back is heard on the running loop, at last an `End`. Returns what breaks it off."""
        address = self._address
        connection: HTTPConnection = (
            HTTPConnection(address.host, address.port, timeout=self._patience)
            if self._context is None
            else HTTPSConnection(address.host, address.port, timeout=self._patience, context=self._context)
        )
        loop = asyncio.get_running_loop()
        line: Line = []

        def tell(news: News) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
                loop.call_soon_threadsafe(hear, news)

        threading.Thread(target=self._run, args=(connection, line, letter, tell), name="courier", daemon=True).start()
        return lambda: _break_off(line)

    def _run(self, connection: HTTPConnection, line: Line, letter: Letter, tell: Hear) -> None:
        silent = True
        try:
            connection.connect()
            line.append(connection.sock)
            connection.putrequest(letter.method, letter.target, skip_host=True, skip_accept_encoding=True)
            for name, value in letter.fields:
                connection.putheader(name, value)
            if letter.body or letter.method in ("POST", "PUT", "PATCH"):
                connection.putheader("content-length", str(len(letter.body)))
            connection.endheaders(letter.body or None)
            sent = self._now()
            response = connection.getresponse()
            tell(Head(response.status, tuple(response.getheaders()), _length(response), sent, self._now()))
            silent = False
            while data := response.read1(PIECE):
                tell(Piece(data, self._now()))
            problem = "the answer ended before all of it had come" if response.length else ""
        except (OSError, HTTPException, ValueError, AttributeError) as error:  # the last: broken off between two reads
            problem = str(error) or type(error).__name__
        finally:
            connection.close()
        tell(End(self._now(), problem, silent))


def _length(response: HTTPResponse) -> int | None:
    return None if response.chunked else response.length


def _break_off(line: Line) -> None:
    """Wake the thread that reads; closing alone would not."""
    for connected in line:
        with contextlib.suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)
