"""Two places for the tests of this folder.

A stage: a fake application, a server on a thread with a virtual clock, raw clients. A theatre: a player alone on a virtual
clock, with viewers that have a real socket or none.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import pytest

from understudy.model.http import Refusal, Request
from understudy.model.plan import Delivery, Ending, Plan, Step
from understudy.runtime.alarm import VIRTUAL, TimerAlarm
from understudy.runtime.arrival import look
from understudy.runtime.clock import RealClock, VirtualClock
from understudy.runtime.lateness import Lateness
from understudy.runtime.loop import new_loop
from understudy.runtime.march import CROWD
from understudy.runtime.player import Player
from understudy.runtime.process import ThreadServer
from understudy.runtime.server import Server
from understudy.runtime.stream import Stream
from understudy.wire.http1 import Limits
from understudy.wire.response import head

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux stamps what comes")

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
        return Plan(steps, lambda delivery: self.endings.append((delivery.outcome, delivery.sent)))


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
    """A running server with a fake application and a clock that stands still; `ahead`: it reads before the loop does."""

    def __init__(
        self, loop_factory: Callable[[], asyncio.AbstractEventLoop], limits: Limits, *, ahead: bool = False, **options: Any
    ) -> None:
        self.app = FakeApp()
        self.clock = VirtualClock()
        options.setdefault("clock", self.clock)
        self.thread = ThreadServer(
            lambda: Server(self.app, limits, port=0, on_error=self.app.errors.append, **options), loop_factory=loop_factory
        )
        self.server = self.thread.server
        self.clients: list[Client] = []
        if ahead:
            read = look(RealClock())
            self.server._hub.look = lambda file: (read(file)[0], self.clock.monotonic())

    def client(self, *, heard: bool = True, **options: int) -> Client:
        """Connect, and wait until the server knows, unless it need not be heard."""
        client = Client(self.server.port, **options)
        self.clients.append(client)
        if not heard:
            return client
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


@pytest.fixture(params=[False, pytest.param(True, marks=linux)], ids=["", "ahead"])
def ahead(request) -> bool:
    return request.param


@pytest.fixture
def stage(loop_factory, ahead) -> Iterator[Callable[..., Stage]]:
    """Set up a stage: limits and options of the server by keyword."""
    stages: list[Stage] = []

    def make(limits: Limits | None = None, **options: Any) -> Stage:
        stages.append(Stage(loop_factory, limits or Limits(), ahead=ahead, **options))
        return stages[-1]

    yield make
    for made in stages:
        made.close()
        assert [str(error) for error in made.app.errors if not getattr(error, "expected", False)] == []


# -- the theatre ------------------------------------------------------------------------------------------------------


class LateClock(VirtualClock):
    """A virtual clock that can also be moved without stopping on the way."""

    def jump(self, seconds: float) -> None:
        """Move at once, then wake everybody: all of them late."""
        self._now += seconds
        self.advance(0.0)


class Viewer:
    """A client without a socket: notes what it gets and when; after `room` bytes it stops reading."""

    def __init__(self, theatre: Theatre, steps: Iterable[Step], start: float | None = None, room: float = math.inf) -> None:
        self.theatre = theatre
        self.room = room
        self.got: list[tuple[float, bytes]] = []
        self.endings: list[Ending | None] = []
        self.deliveries: list[Delivery] = []
        now = theatre.clock.monotonic()
        self.stream = Stream(
            Plan(steps, self.deliveries.append), now if start is None else start, self.write, self.endings.append
        )
        self.play()

    def play(self) -> None:
        self.theatre.player.play(self.stream)

    def write(self, data: bytes) -> None:
        self.got.append((self.theatre.clock.monotonic(), data))
        self.room -= len(data)
        if self.room <= 0:
            self.theatre.player.park(self.stream)

    def read_on(self, room: float = math.inf) -> None:
        self.room = room
        self.theatre.player.resume(self.stream)

    @property
    def data(self) -> bytes:
        return b"".join(data for _, data in self.got)

    @property
    def times(self) -> list[float]:
        """When it got something, to the microsecond that the virtual alarm is exact to."""
        return [round(at, 5) for at, _ in self.got]

    @property
    def outcomes(self) -> list[tuple[str, int]]:
        return [(delivery.outcome, delivery.sent) for delivery in self.deliveries]


class Wire(Viewer):
    """A client behind a socket that is written to directly; `got` is what went through the transport instead."""

    def play(self) -> None:
        self.near, self.far = socket.socketpair()
        self.near.setblocking(False)
        self.far.setblocking(False)
        self.backlog = b""
        self.seen = b""
        self.stream.socket = self.near.fileno()
        super().play()

    def write(self, data: bytes) -> None:
        self.got.append((self.theatre.clock.monotonic(), data))
        self.backlog += data
        if len(self.backlog) > self.theatre.high:
            self.theatre.player.park(self.stream)

    def stop_reading(self) -> None:
        """Fill the socket, so that it takes nothing more."""
        for size in (65536, 1):
            while True:
                try:
                    self.near.send(b"#" * size)
                except BlockingIOError:
                    break

    def read_all(self) -> bytes:
        """Read until nothing is under way any more; give everything seen so far, but for what filled the socket."""
        moved = True
        while moved:
            moved = False
            try:
                while data := self.far.recv(65536):
                    self.seen += data.replace(b"#", b"")
                    moved = True
            except BlockingIOError:
                pass
            if self.backlog:
                try:
                    self.backlog = self.backlog[self.near.send(self.backlog) :]
                    moved = True
                except BlockingIOError:
                    pass
            if not self.backlog and self.stream.parked:
                self.theatre.player.resume(self.stream)
                moved = True
        return self.seen

    def close(self) -> None:
        self.near.close()
        self.far.close()


class Theatre:
    """A player on a virtual clock, and what comes out of it."""

    def __init__(self, step: float = VIRTUAL, crowd: float = CROWD) -> None:
        self.clock = LateClock()
        self.errors: list[BaseException] = []
        self.soon: list[Callable[[], None]] = []
        self.lateness = Lateness()
        self.wires: list[Wire] = []
        self.high: float = 4096  # bytes a transport keeps before it asks for a pause
        make_alarm = partial(TimerAlarm, self.clock, step=step)
        self.player = Player(self.clock, make_alarm, self.soon.append, self.errors.append, self.lateness, crowd)

    def play(self, steps: Iterable[Step], **options: Any) -> Viewer:
        return Viewer(self, steps, **options)

    def wire(self, steps: Iterable[Step], **options: Any) -> Wire:
        self.wires.append(Wire(self, steps, **options))
        return self.wires[-1]

    def close(self) -> None:
        self.player.close()
        for wire in self.wires:
            wire.close()


@pytest.fixture(scope="session")
def make_theatre() -> Callable[..., Theatre]:
    """Make a theatre that the test closes: for those that need more than one."""
    return Theatre


@pytest.fixture
def theatre() -> Iterator[Theatre]:
    theatre = Theatre()
    yield theatre
    theatre.close()
    assert [error for error in theatre.errors if not getattr(error, "expected", False)] == []
