"""A client of the standard library, for tests that need no more."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from understudy import Understudy


class Got:
    """What an answer was."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.body = body

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.json["choices"][0]["message"]["content"]

    @property
    def error(self) -> str:
        return self.json["error"]["message"]


def chat(server: Any, user: str = "ping", *, headers: dict[str, str] | None = None, path: str = "", **fields: Any) -> Got:
    """Ask a server, or a session of one."""
    base = urlsplit(server.openai_url)
    connection = http.client.HTTPConnection(base.hostname or "", base.port, timeout=10)
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": user}], **fields}
    try:
        connection.request("POST", base.path + (path or "/chat/completions"), json.dumps(body), headers or {})
        answer = connection.getresponse()
        return Got(answer.status, answer.read())
    finally:
        connection.close()


@pytest.fixture(name="chat", scope="session")
def asking() -> Callable[..., Got]:
    return chat


@pytest.fixture
def server() -> Iterator[Understudy]:
    """A running server that judges nothing when the test ends."""
    running = Understudy().start()
    yield running
    running.stop()
