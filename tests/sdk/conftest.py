"""Official clients over loopback: servers, and clients that check what they are given and never wait between two tries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from understudy import Understudy


@pytest.fixture(scope="session")
def plain() -> Iterator[Understudy]:
    """A server without a script."""
    with Understudy() as server:
        yield server


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Understudy]]:
    """Start a server with the text of a script and settings."""
    servers: list[Understudy] = []

    def start(script: str = "", **settings: Any) -> Understudy:
        path = tmp_path / f"script-{len(servers)}.yaml"
        path.write_text(script or "{}", encoding="utf-8")
        servers.append(Understudy(path, **settings).start())
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def made() -> Iterator[Callable[..., Any]]:
    """Make a client of any kind; it is closed when the test is over."""
    clients: list[Any] = []

    def make(kind: Callable[..., Any], *names: str, **options: Any) -> Any:
        clients.append(kind(*names, **options))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def connect(made) -> Callable[..., openai.OpenAI]:
    """Make a strict client of a server; it does not try again unless told to."""
    own = {"api_key": "sk-any", "max_retries": 0, "_strict_response_validation": True}
    return lambda server, **options: made(openai.OpenAI, base_url=server.openai_url, **(own | options))


@pytest.fixture
def client(plain, connect) -> openai.OpenAI:
    """A strict client of the server without a script."""
    return connect(plain)


@pytest.fixture
def ask(client) -> Callable[..., Any]:
    """Ask one question in a chat."""

    def say(text: Any = "hello", **wishes: Any) -> Any:
        messages = wishes.pop("messages", [{"role": "user", "content": text}])
        return wishes.pop("client", client).chat.completions.create(
            model=wishes.pop("model", "gpt-4o-mini"), messages=messages, **wishes
        )

    return say


class Attempts:
    """Counts what an official client sends, which waits for nothing between its attempts from then on."""

    def __init__(self, client: Any) -> None:
        client._calculate_retry_timeout = lambda *_, **__: 0.0
        self.count = 0
        self._send, client._client.send = client._client.send, self._counting

    def _counting(self, *given: Any, **named: Any) -> Any:
        self.count += 1
        return self._send(*given, **named)


@pytest.fixture(scope="session")
def attempts_of() -> Callable[[Any], Attempts]:
    """Count the attempts of a client."""
    return Attempts
