"""A server of Ollama's alone, whose time a test can set, and its streams read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

EIGHT = 1_800_000_000.0  # 2027-01-15T08:00:00Z


class Server:
    """An engine that is asked below /api."""

    def __init__(self, engine: Any, ask: Any) -> None:
        self.engine, self._ask, self.now = engine, ask, EIGHT
        engine._wall = lambda: self.now

    def post(self, path: str, body: Any = b"", *, method: str = "POST", **head: Any) -> Any:
        return self._ask(body, f"/api/{path}", to=self.engine, method=method, **head)

    def lines(self, path: str, body: Any) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.post(path, body).body.splitlines()]

    def statuses(self, path: str, body: Any) -> list[str]:
        return [line["status"] for line in self.lines(path, body)]

    def names(self, path: str = "tags", **head: Any) -> list[str]:
        return [model["name"] for model in self.post(path, method="GET", **head).json["models"]]

    def says(self, path: str, body: Any) -> tuple[int, str]:
        answer = self.post(path, body)
        return answer.status, answer.json["error"]

    def chat(self, model: str, **more: Any) -> Any:
        said = [{"role": "user", "content": "hi"}]
        return self.post("chat", {"model": model, "messages": said, "stream": False, **more})


@pytest.fixture
def server(engine, ask) -> Callable[..., Server]:
    return lambda script="", **settings: Server(engine(script, only="ollama", **settings), ask)
