"""What the tests here share: servers on real sockets, raw answers, plans without waiting, command lines without listening."""

from __future__ import annotations

import http.client
import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from understudy import Understudy
from understudy.app import Service
from understudy.cli import main
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Plan, spelled_out
from understudy.observe._lines import FORMS
from understudy.observe.logs import Log
from understudy.runtime.clock import VirtualClock
from understudy.runtime.process import ThreadServer
from understudy.runtime.server import Server
from understudy.sources import Sources

CHAT = "/v1/chat/completions"
OURS = [name for name in os.environ if name == "PORT" or name.startswith(("UNDERSTUDY_", "MOCK_OPENAI_"))]


@dataclass
class Answer:
    """A whole answer as it came over the socket."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.json["choices"][0]["message"]["content"]

    @property
    def events(self) -> list[str]:
        """The data of each event; everything sent must belong to one."""
        *events, rest = self.body.decode().split("\n\n")
        assert rest == ""
        assert all(event.startswith("data: ") for event in events)
        return [event.removeprefix("data: ") for event in events]

    @property
    def chunks(self) -> list[dict[str, Any]]:
        """The documents of a stream, which must end with its mark."""
        *chunks, done = self.events
        assert done == "[DONE]"
        return [json.loads(chunk) for chunk in chunks]

    @property
    def deltas(self) -> list[str]:
        """The texts of a stream."""
        return [c["choices"][0]["delta"]["content"] for c in self.chunks if c["choices"][0]["delta"].get("content")]


class Client:
    """Sends requests to one server."""

    def __init__(self, server: Understudy | ThreadServer) -> None:
        self.server = server

    def send(self, method: str, target: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send bytes and read the whole answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        try:
            connection.request(method, target, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            fields = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, fields, response.read())
        finally:
            connection.close()

    def get(self, target: str) -> Answer:
        return self.send("GET", target)

    def post(self, target: str, body: Any) -> Answer:
        return self.send("POST", target, json.dumps(body).encode(), content_type="application/json")

    def chat(self, prompt: str = "Hello", query: str = "", **fields: Any) -> Answer:
        """Ask one question."""
        body = {"model": "gpt-4", "messages": [{"role": "user", "content": prompt}], **fields}
        return self.post(CHAT + query, body)


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """The environment of a process, without our names."""
    return {name: value for name, value in os.environ.items() if name not in OURS}


@pytest.fixture(scope="session")
def client_of() -> type[Client]:
    """Make a client of a server that runs."""
    return Client


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., Client]]:
    """Start a server with these arguments, or find the one that runs already."""
    running: dict[str, Client] = {}

    def start(**arguments: Any) -> Client:
        key = repr(sorted(arguments.items()))
        if key not in running:
            running[key] = Client(Understudy(**arguments).start())
        return running[key]

    yield start
    for client in running.values():
        client.server.stop()


@dataclass
class Planned:
    """What a server would send, and when: (seconds, bytes)."""

    sends: list[tuple[float, bytes]]
    end: float

    @property
    def first(self) -> float:
        return self.sends[0][0]

    @property
    def all(self) -> bytes:
        return b"".join(data for _, data in self.sends)

    def times(self, text: bytes) -> list[float]:
        """When pieces that hold this text are sent."""
        return [at for at, data in self.sends if text in data]


@pytest.fixture(scope="session")
def plan() -> Callable[..., Planned]:
    """Plan the answer to a request without a socket and without waiting; settings and preset as for a server."""
    services: dict[str, Service] = {}

    def make(prompt: str = "Hello", query: str = "", preset: str | None = None, body: Any = None, **settings: Any) -> Planned:
        key = repr((preset, sorted(settings.items())))
        if key not in services:
            flags = {name.replace("_", "-"): value for name, value in settings.items()}
            services[key] = Service(Sources(preset=preset, flags=flags), clock=VirtualClock(wall=1_700_000_000.0))
        body = body or {}
        whole = {"model": "gpt-4", "messages": [{"role": "user", "content": prompt}], **body}
        head = RequestHead("POST", f"{CHAT}?{query}", CHAT, query, {"host": "test"})
        answer = services[key].engine.respond(Request(head, json.dumps(whole).encode(), 0.0))
        sends, now = [], 0.0
        for step in spelled_out(answer.steps) if isinstance(answer, Plan) else [answer]:
            if isinstance(step, float):
                now += step
            else:
                assert isinstance(step, bytes), "nothing here breaks the connection"
                sends.append((round(now, 6), step))
        return Planned(sends, round(now, 6))

    return make


@dataclass
class Started:
    """What a command line started."""

    server: Server
    log: io.StringIO

    @property
    def settings(self) -> Any:
        return self.server.app.world.settings  # type: ignore[attr-defined]  # the port of the server hides it


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Started]:
    """Run a command line up to where it would listen, in an empty folder and an environment without our names."""
    monkeypatch.chdir(tmp_path)
    for name in OURS:
        monkeypatch.delenv(name)

    def run(line: str, **environment: str) -> Started:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        started: list[Server] = []
        stream = io.StringIO()

        def configure(level: str, fmt: str, _stream: object) -> Log:
            return Log(level, FORMS["json" if fmt == "auto" else fmt], stream)

        monkeypatch.setattr("understudy.cli.serve.configure", configure)
        monkeypatch.setattr("understudy.cli.serve.serve", lambda server, _ready, **_: started.append(server))
        program, *words = line.split()
        assert program == "understudy"
        assert main(words) == 0
        return Started(started[0], stream)

    return run
