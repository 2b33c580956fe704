"""Engines on a stopped clock, and whole answers taken apart."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from understudy.app import Service
from understudy.engine.respond import Engine
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Delivery, Plan, Step, spelled_out
from understudy.sources import Sources

CHAT = "/v1/chat/completions"


class StoppedClock:
    """A clock that stands still."""

    def monotonic(self) -> float:
        return 0.0

    def wall(self) -> float:
        return 1_700_000_000.0


class Answer:
    """What one request got: the steps of its plan, and the HTTP answer they make."""

    def __init__(self, steps: list[Step]) -> None:
        self.steps = steps
        self.data = b"".join(step for step in steps if isinstance(step, bytes))
        head, _, body = self.data.partition(b"\r\n\r\n")
        status, *fields = head.decode("latin-1").split("\r\n")
        self.status = int(status.split()[1])
        self.headers = dict(field.split(": ", 1) for field in fields)
        self.body = _unchunked(body) if self.headers.get("transfer-encoding") == "chunked" else body

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> tuple[str, Any, Any]:
        """Message, param and code of an error document, which must have these members and a type, in this order."""
        error = self.json["error"]
        assert list(error) == ["message", "type", "param", "code"]
        return error["message"], error["param"], error["code"]

    @property
    def events(self) -> list[str]:
        """The data of every event, the end mark too."""
        text = self.body.decode()
        assert text.endswith("\n\n")
        lines = text[:-2].split("\n\n")
        assert all(line.startswith("data: ") for line in lines)
        return [line.removeprefix("data: ") for line in lines]

    @property
    def chunks(self) -> list[Any]:
        """The events before the end mark, which must be there."""
        *chunks, done = self.events
        assert done == "[DONE]"
        return [json.loads(chunk) for chunk in chunks]

    def text(self, index: int = 0) -> str:
        """The text of one choice of a stream."""
        choices = [choice for chunk in self.chunks for choice in chunk["choices"] if choice["index"] == index]
        return "".join(choice["text"] if "text" in choice else choice["delta"].get("content") or "" for choice in choices)


def _unchunked(data: bytes) -> bytes:
    parts = []
    while True:
        size, _, rest = data.partition(b"\r\n")
        length = int(size, 16)
        assert rest[length : length + 2] == b"\r\n"
        if not length:
            assert rest == b"\r\n"
            return b"".join(parts)
        parts.append(rest[:length])
        data = rest[length + 2 :]


def _raise(error: BaseException, _request: Request) -> None:
    raise error


def build_request(
    body: Any = b"", path: str = CHAT, *, method: str = "POST", headers: dict[str, str] | None = None, **head: Any
) -> Request:
    """A request to a target; a body that is no bytes is sent as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    raw_path, _, query = path.partition("?")
    return Request(RequestHead(method, path, unquote(raw_path), query, {"host": "test", **(headers or {})}, **head), data, 0.0)


def answer_of(engine: Engine, request: Request) -> Answer:
    found = engine.respond(request)
    if not isinstance(found, Plan):
        return Answer([found])
    steps = list(spelled_out(found.steps))
    if found.ended is not None:
        found.ended(Delivery("done", sum(len(step) for step in steps if isinstance(step, bytes))))
    return Answer(steps)


@pytest.fixture
def service(tmp_path: Path) -> Callable[..., Service]:
    """A service with a script (text or none), a preset and settings, on a stopped clock; a bug in it fails the test."""

    def made(script: str = "", preset: str | None = None, **settings: Any) -> Service:
        paths = []
        if script:
            paths.append(tmp_path / "script.yaml")
            paths[0].write_text(script, encoding="utf-8")
        flags = {name.replace("_", "-"): value for name, value in settings.items()}
        found = Service(Sources(tuple(paths), preset, flags), clock=StoppedClock())
        found.engine._on_error = _raise
        return found

    return made


@pytest.fixture
def engine(service) -> Callable[..., Engine]:
    """The engine of such a service."""

    def made(script: str = "", preset: str | None = None, **settings: Any) -> Engine:
        return service(script, preset, **settings).engine

    return made


@pytest.fixture
def ask(engine) -> Callable[..., Answer]:
    """Ask an engine (the default one unless given) for a path."""
    kept: list[Engine] = []

    def asked(body: Any = b"", path: str = CHAT, *, to: Engine | None = None, **head: Any) -> Answer:
        if to is None:
            to = kept[0] if kept else engine()
            kept[:] = [to]
        return answer_of(to, build_request(body, path, **head))

    return asked


@pytest.fixture(scope="session")
def ask_engine() -> Callable[..., Answer]:
    """Ask a given engine: for tests that ask often."""
    return lambda engine, body, path=CHAT, **head: answer_of(engine, build_request(body, path, **head))


@pytest.fixture
def respond() -> Callable[[Engine, Request], Answer]:
    """Hand an engine a request as it is."""
    return answer_of


@pytest.fixture
def make_request() -> Callable[..., Request]:
    return build_request


@pytest.fixture
def chat() -> Callable[..., dict[str, Any]]:
    """The body of a chat request that says one thing."""

    def body(user: Any = "hi", model: str = "gpt-4o-mini", **fields: Any) -> dict[str, Any]:
        return {"model": model, "messages": [{"role": "user", "content": user}], **fields}

    return body


@pytest.fixture(scope="session")
def obfuscation_law() -> Callable[[str], bool]:
    """Whether an event is padded as the API pads: without the member, its characters plus the padding are a multiple of 16.

    Of a response's event only the delta's characters count.
    """
    member = re.compile(r',"obfuscation":"([0-9A-Za-z]{0,15})"}\Z')

    def holds(event: str) -> bool:
        if event.startswith('{"type":"response.'):
            told = json.loads(event)
            return (len(told["delta"]) + len(told["obfuscation"])) % 16 == 0
        found = member.search(event)
        return found is not None and (found.start() + 1 + len(found[1])) % 16 == 0

    return holds
