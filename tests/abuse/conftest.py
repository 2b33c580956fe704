"""The real application behind real sockets, and clients that do not behave."""

from __future__ import annotations

import io
import itertools
import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from understudy.app import Service
from understudy.observe.logs import configure
from understudy.runtime.clock import VirtualClock
from understudy.runtime.process import ThreadServer
from understudy.sources import Sources

PATIENCE = 20.0
"""Seconds after which a test that waits for something fails; no test waits for time to pass."""


class Answer(NamedTuple):
    status: int
    fields: dict[str, str]
    body: bytes

    @property
    def error(self) -> dict[str, Any]:
        """The error of a body in the provider's shape."""
        found = json.loads(self.body)["error"]
        assert found["message"]
        assert {"message", "type"} <= set(found)
        return found


class Client:
    """A raw socket that reads answers, strictly: anything odd in an answer fails the test."""

    def __init__(self, port: int, receive_buffer: int = 0) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", port))
        self.buffer = b""

    def send(self, data: bytes) -> Client:
        self.socket.sendall(data)
        return self

    def more(self) -> bool:
        data = self.socket.recv(1 << 16)
        self.buffer += data
        return bool(data)

    def until(self, marker: bytes) -> bytes:
        while marker not in self.buffer:
            assert self.more(), f"the connection ended behind {self.buffer[-200:]!r}"
        found, _, self.buffer = self.buffer.partition(marker)
        return found + marker

    def exactly(self, size: int) -> bytes:
        while len(self.buffer) < size:
            assert self.more(), "the connection ended in a body"
        found, self.buffer = self.buffer[:size], self.buffer[size:]
        return found

    def answer(self, *, bodiless: bool = False) -> Answer:
        """Read one answer."""
        status_line, *lines = self.until(b"\r\n\r\n")[:-4].decode("ascii").split("\r\n")
        version, status, _ = status_line.split(" ", 2)
        assert version == "HTTP/1.1"
        fields: dict[str, str] = {}
        for line in lines:
            name, colon, value = line.partition(": ")
            assert colon, line
            assert name == name.lower(), line
            assert name not in fields, line
            assert value.isprintable(), line
            fields[name] = value
        if bodiless:
            return Answer(int(status), fields, b"")
        if fields.get("transfer-encoding") == "chunked":
            return Answer(int(status), fields, b"".join(iter(self.chunk, b"")))
        return Answer(int(status), fields, self.exactly(int(fields.get("content-length", 0))))

    def chunk(self) -> bytes:
        size = int(self.until(b"\r\n"), 16)
        return self.exactly(size + 2)[:-2]

    def ended(self) -> bool:
        """Whether nothing but the end comes."""
        try:
            return not self.buffer and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def post(self, body: object, path: str = "/v1/chat/completions", *fields: str) -> Client:
        return self.send(post(body, path, *fields))

    def close(self) -> None:
        self.socket.close()


def post(body: object, path: str = "/v1/chat/completions", *fields: str) -> bytes:
    """Spell a POST; bytes are sent as they are, everything else as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = [f"POST {path} HTTP/1.1", "Host: a", f"Content-Length: {len(data)}", *fields, "", ""]
    return "\r\n".join(head).encode("utf-8", "surrogateescape") + data


class Arena:
    """A running server and what it logged."""

    def __init__(self, script: Path | None, clock: VirtualClock | None, settings: dict[str, Any]) -> None:
        self.out = io.StringIO()
        self.clock = clock
        flags = {"port": 0, "watch": False, **settings}
        log = configure(settings.get("log_level", "info"), "json", self.out)
        self.service = Service(Sources((script,) if script else (), None, flags), log, clock)
        self.thread = ThreadServer(self.service.server)
        self.server = self.thread.server
        self.clients: list[Client] = []

    def client(self, receive_buffer: int = 0) -> Client:
        self.clients.append(Client(self.server.port, receive_buffer))
        return self.clients[-1]

    def advance(self, seconds: float) -> None:
        """Move the clock, once the server has heard everything that was sent."""
        assert self.clock is not None
        for _ in range(3):
            self.thread.call(lambda: None)
        self.thread.call(self.clock.advance, seconds)

    def eventually(self, holds: Callable[[], object]) -> None:
        """Go on as soon as something holds on the server's thread."""
        limit = time.monotonic() + PATIENCE
        for _ in itertools.count():
            if self.thread.call(holds):
                return
            assert time.monotonic() < limit, "it never came to hold"

    @property
    def log(self) -> str:
        return self.out.getvalue()

    def close(self) -> None:
        for client in self.clients:
            client.close()
        self.thread.stop()


@pytest.fixture
def arena(tmp_path) -> Iterator[Callable[..., Arena]]:
    """Set a server up: the text of a script, `virtual` for a clock that stands still, settings by keyword.

    No test of this folder may make it log an error of its own.
    """
    arenas: list[Arena] = []

    def make(script: str = "", *, virtual: bool = False, **settings: Any) -> Arena:
        path = tmp_path / f"script-{len(arenas)}.yaml"
        path.write_text(script or "{}", encoding="utf-8")
        arenas.append(Arena(path, VirtualClock() if virtual else None, settings))
        return arenas[-1]

    yield make
    for made in arenas:
        made.close()
        assert [line for line in made.log.splitlines() if "Traceback" in line or '"internal error"' in line] == []


@pytest.fixture
def chat() -> Callable[..., dict[str, Any]]:
    """Make the body of a chat."""

    def body(text: object = "hi", **more: Any) -> dict[str, Any]:
        return {"model": "gpt-4o", "messages": [{"role": "user", "content": text}], **more}

    return body


@pytest.fixture
def spell() -> Callable[..., bytes]:
    """Spell a POST as bytes."""
    return post
