"""A stage for the tests of this folder: a fake application, a server on a thread with a virtual clock, raw clients."""

from __future__ import annotations

import asyncio
import itertools
import socket
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from understudy.model.http import Refusal, Request
from understudy.model.plan import Plan
from understudy.runtime.clock import VirtualClock
from understudy.runtime.loop import new_loop
from understudy.runtime.process import ThreadServer
from understudy.runtime.server import Server
from understudy.wire.http1 import Limits, head

PATIENCE = 10.0
"""Seconds after which a test that waits for something fails; no test waits for time to pass."""


class FakeApp:
    """Answers with method, path and body; `routes` answer paths otherwise."""

    def __init__(self) -> None:
        self.routes: dict[str, Callable[[Request], bytes | Plan]] = {}
        self.seen: list[Request] = []
        self.refusals: list[Refusal] = []
        self.endings: list[tuple[str, int]] = []
        self.errors: list[BaseException] = []

    def respond(self, request: Request) -> bytes | Plan:
        self.seen.append(request)
        route = self.routes.get(request.head.path)
        return route(request) if route else self.answer(request)

    def refuse(self, refusal: Refusal) -> bytes:
        self.refusals.append(refusal)
        text = refusal.message.encode()
        return head(refusal.status, [], length=len(text), close=True) + text

    def prepare(self, request: Request) -> None:
        request.prepared = len(request.body)

    def answer(self, request: Request, body: bytes | None = None) -> bytes:
        if body is None:
            body = b"%b %b %b" % (request.head.method.encode(), request.head.path.encode(), request.body)
        close = not request.head.keep_alive
        start = head(200, [], length=len(body), close=close, version=request.head.version)
        return start if request.head.method == "HEAD" else start + body

    def plan(self, steps: Any) -> Plan:
        return Plan(steps, lambda outcome, sent: self.endings.append((outcome, sent)))


class Client:
    """A raw socket that reads answers."""

    def __init__(self, port: int, **options: int) -> None:
        self.socket = socket.socket()
        for name, value in options.items():
            self.socket.setsockopt(socket.SOL_SOCKET, getattr(socket, name), value)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", port))
        self.buffer = b""

    def send(self, data: bytes) -> Client:
        self.socket.sendall(data)
        return self

    def get(self, path: str, *fields: str) -> Client:
        return self.send("\r\n".join([f"GET {path} HTTP/1.1", "Host: a", *fields, "", ""]).encode())

    def until(self, marker: bytes) -> bytes:
        """Read up to and with the marker."""
        while marker not in self.buffer:
            data = self.socket.recv(65536)
            assert data, f"the connection ended behind {self.buffer[-200:]!r}"
            self.buffer += data
        found, _, self.buffer = self.buffer.partition(marker)
        return found + marker

    def exactly(self, size: int) -> bytes:
        while len(self.buffer) < size:
            data = self.socket.recv(65536)
            assert data, f"the connection ended behind {self.buffer[-200:]!r}"
            self.buffer += data
        found, self.buffer = self.buffer[:size], self.buffer[size:]
        return found

    def answer(self) -> tuple[int, bytes]:
        """Read one answer: its status and its body."""
        start = self.until(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in start[:-4].split(b"\r\n")[1:])
        return int(start[9:12]), self.exactly(int(fields.get(b"content-length", 0)))

    def rest(self) -> bytes:
        """Read up to the FIN."""
        found, self.buffer = self.buffer, b""
        while data := self.socket.recv(65536):
            found += data
        return found

    def leave(self) -> None:
        """Close with RST, which the server notices at once."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def half_close(self) -> Client:
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def close(self) -> None:
        self.socket.close()


class Stage:
    """A running server with a fake application and a clock that stands still."""

    def __init__(self, loop_factory: Callable[[], asyncio.AbstractEventLoop], limits: Limits, **options: Any) -> None:
        self.app = FakeApp()
        self.clock = VirtualClock()
        options.setdefault("clock", self.clock)
        self.thread = ThreadServer(
            lambda: Server(self.app, limits, port=0, on_error=self.app.errors.append, **options), loop_factory=loop_factory
        )
        self.server = self.thread.server
        self.clients: list[Client] = []

    def client(self, **options: int) -> Client:
        """Connect, and wait until the server knows."""
        client = Client(self.server.port, **options)
        self.clients.append(client)
        name = client.socket.getsockname()
        self.eventually(lambda: name in [peer._transport.get_extra_info("peername") for peer in self.server.peers()])
        return client

    def advance(self, seconds: float) -> None:
        """Move the clock, once the server has heard everything that was sent."""
        for _ in range(3):
            self.thread.call(lambda: None)
        self.thread.call(self.clock.advance, seconds)

    def eventually(self, holds: Callable[[], object]) -> None:
        """Go on as soon as something holds on the server's thread; the server works in between."""
        limit = time.monotonic() + PATIENCE
        for _ in itertools.count():
            if self.thread.call(holds):
                return
            assert time.monotonic() < limit, "it never came to hold"

    def connection(self) -> Any:
        """The only connection."""
        (connection,) = self.server.peers()
        return connection

    def close(self) -> None:
        for client in self.clients:
            client.close()
        self.thread.stop()


@pytest.fixture(params=["uvloop", "asyncio"])
def loop_factory(request) -> Callable[[], asyncio.AbstractEventLoop]:
    return new_loop if request.param == "uvloop" else asyncio.new_event_loop


@pytest.fixture
def stage(loop_factory) -> Iterator[Callable[..., Stage]]:
    """Set up a stage: limits and options of the server by keyword."""
    stages: list[Stage] = []

    def make(limits: Limits | None = None, **options: Any) -> Stage:
        stages.append(Stage(loop_factory, limits or Limits(), **options))
        return stages[-1]

    yield make
    for made in stages:
        made.close()
        assert [str(error) for error in made.app.errors if not getattr(error, "expected", False)] == []
