"""One request to another server and what comes back of it: HTTP/1.1 as a client speaks it, on a connection of its own.

In: a letter, and the bytes of the server. Out: news, each with the moment it arrived: heads in advance, the head, pieces of the
body, an end that says how it broke off if it did. Parsing is llhttp's. Trailers are dropped (RFC 9110 section 6.5.1 allows it).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Literal, cast

import httptools
from msgspec import Struct

from understudy.wire.response import field

_BODIED: Final = ("POST", "PUT", "PATCH")
_UNASKED: Final = (100, 101)

How = Literal["", "close", "reset", "hang"]
"""How a server broke off: it closed or reset the connection too early, or said nothing for very long; "" when it did not."""


class Letter(Struct, frozen=True):
    """A request to deliver: `target` is path and query as they are sent, `fields` all header fields but the framing."""

    method: str
    target: str
    fields: tuple[tuple[str, str], ...]
    body: bytes = b""

    def spelled(self) -> bytes:
        """The bytes of its head.

        Raises:
            ValueError: for a field that could break out of its line.
        """
        first = f"{self.method} {self.target} HTTP/1.1\r\n".encode("latin-1")
        framed = self.body or self.method in _BODIED
        length = b"content-length: %d\r\n" % len(self.body) if framed else b""
        return b"".join([first, *(field(name, value) for name, value in self.fields), length, b"\r\n"])


class Interim(Struct, frozen=True):
    """A head in advance (102, 103): the answer is still to come."""

    status: int
    fields: tuple[tuple[str, str], ...]
    at: float


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
    """The answer is over.

    `problem` says why it is not whole, `how` the way in which the server broke it off, `silent` whether not even a head came.
    """

    at: float
    problem: str = ""
    silent: bool = False
    how: How = ""


News = Interim | Head | Piece | End
Hear = Callable[[News], None]


class Trip(asyncio.Protocol):
    """A letter on its way.

    Args:
        letter: the request.
        hear: is told what comes back, on the loop; an `End` is the last.
        now: gives the moments.
        patience: seconds the server may be silent.
    """

    def __init__(self, letter: Letter, hear: Hear, now: Callable[[], float], patience: float) -> None:
        self._letter, self._hear, self._now, self._patience = letter, hear, now, patience
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._fields: list[tuple[str, str]] = []
        self._news: list[News] = []
        self._sent = self._heard = 0.0
        self._headed = False  # the head of the answer has come
        self._framed = False  # it said where the body ends
        self._whole = False
        self._held = False  # whoever hears wants no more for now
        self._over = False

    # -- for whoever sends it -----------------------------------------------------------------------------------------

    def begin(self, connecting: asyncio.Task[None]) -> None:
        """Take the task that connects it."""
        self._connecting = connecting

    def pause(self) -> None:
        """Read no more for now: the server has to wait, too."""
        self._held = True
        if self._transport is not None and not self._over:
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        self._held, self._heard = False, self._now()
        if self._transport is not None and not self._over:
            self._transport.resume_reading()

    def break_off(self) -> None:
        """Let the server know that nobody listens any more; nothing more is told."""
        if not self._over:
            self._leave()
            if self._connecting is not None:
                self._connecting.cancel()

    def fail(self, problem: str, how: How = "") -> None:
        """End it for a reason; what has come is told before."""
        if not self._over:
            self._leave()
            self._tell(End(self._now(), problem, silent=not self._headed, how=how))

    # -- the transport's calls ----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the letter."""
        transport = self._transport = cast("asyncio.Transport", transport)
        transport.set_write_buffer_limits(high=0)
        try:
            transport.writelines([self._letter.spelled(), self._letter.body])
        except ValueError as error:
            self.fail(f"the request cannot be passed on: {error}")
            return
        self._sent = self._heard = self._now()
        self._look()

    def resume_writing(self) -> None:
        """A long letter is on its way, all of it."""
        self._sent = self._heard = self._now()

    def data_received(self, data: bytes) -> None:
        """Tell what has come."""
        if self._over:
            return
        self._heard = self._now()
        problem = ""
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            problem = f"what came is no HTTP: {error}"
        if self._whole:
            self._finish()
        elif problem:
            self.fail(problem)
        else:
            self._tell()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell that the server closed; an answer that did not say where it ends is whole with that."""
        if self._over:
            return
        if self._headed and not self._framed and exc is None:
            self._finish()
        elif isinstance(exc, ConnectionResetError | BrokenPipeError):
            self.fail("the connection was reset by the server", "reset")
        else:
            what = "all of the answer" if self._headed else "an answer"
            self.fail(f"the server closed the connection before {what} had come", "close")

    # -- the parser's calls -------------------------------------------------------------------------------------------

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field; those behind the body are dropped."""
        if not self._headed:
            self._fields.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """Take a head, or one in advance; 100 and 101 answer what nobody asked for here."""
        status, fields = self._parser.get_status_code(), tuple(self._fields)
        self._fields.clear()
        if self._headed or status < 200:
            if not self._headed and status not in _UNASKED:
                self._news.append(Interim(status, fields, self._heard))
            return
        named = {name.lower(): value.lower() for name, value in fields}
        length = None if "transfer-encoding" in named else named.get("content-length")
        self._headed = True
        self._framed = length is not None or named.get("transfer-encoding", "").endswith("chunked")
        self._whole = self._letter.method == "HEAD"
        self._news.append(Head(status, fields, None if length is None else int(length), self._sent, self._heard))

    def on_body(self, data: bytes) -> None:
        """Take a part of the body."""
        if not self._whole:
            self._news.append(Piece(data, self._heard))

    def on_message_complete(self) -> None:
        """The answer is whole, unless it was only announced."""
        self._whole = self._headed

    def _finish(self) -> None:
        self._leave()
        self._tell(End(self._now()))

    def _leave(self) -> None:
        """Hang up. What was not sent of the letter is not wanted."""
        self._over = True
        if self._alarm is not None:
            self._alarm.cancel()
        if self._transport is not None:
            self._transport.abort()

    def _tell(self, *more: News) -> None:
        news, self._news = [*self._news, *more], []
        for each in news:
            self._hear(each)

    def _look(self) -> None:
        """Look whether the server has been silent for too long, now and whenever it could have been again."""
        left = self._heard + self._patience - self._now()
        if self._held:
            left = self._patience
        if left > 0:
            self._alarm = asyncio.get_running_loop().call_later(left, self._look)
        else:
            self.fail(f"timed out: the server was silent for {self._patience:g} s", "hang")
