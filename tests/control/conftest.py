"""Controls asked as a client would ask them, with nothing of the server but what they see."""

from __future__ import annotations

import json
from typing import Any

import pytest

from understudy.app import Service
from understudy.config.script import Script
from understudy.config.settings import Settings
from understudy.control import ControlApp, Sight
from understudy.control._feed import Feed
from understudy.engine.state import MemoryState
from understudy.engine.timeline import Course
from understudy.model.exchange import Context, Exchange
from understudy.model.http import Request, RequestHead
from understudy.observe.durations import Durations
from understudy.observe.journal import Journal
from understudy.observe.metrics import Counters
from understudy.observe.pacing import Pacing
from understudy.runtime.lateness import Lateness


class Clock:
    """A clock that is moved by hand."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return 1_700_000_000.0


class Unchanging:
    """Says nothing, and is not to be changed: who changes what is said asks for a `house`."""

    script = Script()
    overlay = None

    def amend(self, *_wish: Any, **_named: Any) -> None:
        raise NotImplementedError


class Answered:
    """An answer taken apart."""

    def __init__(self, data: bytes) -> None:
        head, _, self.body = data.partition(b"\r\n\r\n")
        status, *fields = head.decode("latin-1").split("\r\n")
        self.status = int(status.split()[1])
        self.headers = dict(field.split(": ", 1) for field in fields)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def problem(self) -> str:
        return self.json["error"]["message"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings() -> dict[str, Any]:
    """Change what is in it to change the settings in force."""
    return {}


@pytest.fixture
def sight(clock, settings) -> Sight:
    return Sight(
        clock=clock,
        started=40.0,
        settings=lambda: Settings(**settings),
        state=MemoryState(),
        journal=Journal(100),
        counters=Counters(),
        durations=Durations(Counters()),
        pacing=Pacing(Lateness(), clock.monotonic),
        connections=lambda: 0,
        cut=lambda: 0,
        queues=dict,
        changes=Unchanging(),
        timeline=lambda: None,
        course=Course(40.0),
        feed=Feed(clock.monotonic, lambda _wanted: None),
        read=lambda _request: None,
        again=lambda _exchange: None,
        begun=lambda: 0,
    )


@pytest.fixture
def measured(sight):
    return sight.pacing.measured


@pytest.fixture
def mistakes() -> list[BaseException]:
    """What was reported as a bug."""
    return []


@pytest.fixture
def app(sight, mistakes) -> ControlApp:
    return ControlApp(sight, lambda error, _request: mistakes.append(error))


@pytest.fixture
def control(app):
    """Ask for a path: below /_understudy/, or absolute."""

    def asked(
        method: str, path: str, body: Any = b"", version: str = "1.1", keep_alive: bool = True, **headers: str
    ) -> Answered:
        target = path if path.startswith("/") else f"/_understudy/{path}"
        path, _, query = target.partition("?")
        named = {"host": "127.0.0.1:8000"} | {name.replace("_", "-"): value for name, value in headers.items()}
        if version == "1.0" and "host" not in headers:
            del named["host"]
        head = RequestHead(method, target, path, query, named, version, keep_alive)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Answered(app.respond(Request(head, data, 0.0)))

    return asked


@pytest.fixture
def exchange(sight):
    """Record an exchange as the engine would."""

    def recorded(session: str = "default", body: bytes = b"{}", operation: str = "chat", **fields: Any) -> Exchange:
        head = RequestHead("POST", "/v1/chat/completions", "/v1/chat/completions", "", {})
        context = Context({"authorization": "Bearer ***"}, "openai", operation, session)
        found = Exchange(1.5, Request(head, body, 0.0), context, **{"model": "gpt-4o", **fields})
        for sink in (sight.journal, sight.counters, sight.durations):
            sink.record(found)
        return found

    return recorded


@pytest.fixture
def made_house(service, sight):
    """Make a service with a script (text) and settings, and let the controls change it."""

    def made(script: str = "", **settings: Any) -> Service:
        found: Service = service(script, **settings)
        sight.changes, sight.settings, sight.state = found, lambda: found.settings, found.engine.state
        sight.timeline, sight.course = lambda: found.engine.world.timeline, found.engine.course
        return found

    return made


@pytest.fixture
def house(made_house) -> Service:
    """A service without a script."""
    return made_house()
