"""Responses asked of an engine whose clock moves when told to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from understudy.app import Service, Sources
from understudy.model.plan import Plan, spelled_out
from understudy.runtime.clock import VirtualClock

START = 1_700_000_000.0


class Got:
    """What one request got: status, document or events, and the second at which each event is due."""

    def __init__(self, steps: list[Any]) -> None:
        raw = b"".join(step for step in steps if isinstance(step, bytes))
        head, _, body = raw.partition(b"\r\n\r\n")
        self.status = int(head.split()[1])
        self.is_stream = b"text/event-stream" in head
        self.json = None if self.is_stream or not body else json.loads(body)
        self.due, self.events = [], []
        now = 0.0
        for step in steps:
            if isinstance(step, float):
                now += step
                continue
            told = [line for line in step.decode().replace("\r\n", "\n").split("\n") if line.startswith("data: ")]
            self.events += [json.loads(line.removeprefix("data: ")) for line in told]
            self.due += [round(now, 3)] * len(told)

    @property
    def kinds(self) -> list[str]:
        return [event["type"].removeprefix("response.") for event in self.events]

    @property
    def error(self) -> tuple[str, Any, Any]:
        error = self.json["error"]
        return error["message"], error["param"], error["code"]


class Talk:
    """A client of one engine."""

    def __init__(self, service: Service, clock: VirtualClock, make_request: Callable[..., Any]) -> None:
        self.engine, self.clock, self._make_request = service.engine, clock, make_request

    def __call__(self, method: str, path: str, body: Any = b"", **head: Any) -> Got:
        answer = self.engine.respond(self._make_request(body, f"/v1{path}", method=method, **head))
        return Got(list(spelled_out(answer.steps)) if isinstance(answer, Plan) else [answer])

    def create(self, input: Any = "ping", model: str = "gpt-4o-mini", **fields: Any) -> Got:  # noqa: A002 - the API's word
        return self("POST", "/responses", {"model": model, "input": input, **fields})


def _raise(error: BaseException, _request: Any) -> None:
    raise error


@pytest.fixture
def talk(tmp_path: Path, make_request: Callable[..., Any]) -> Callable[..., Talk]:
    """Start to talk to an engine with a script and settings."""

    def start(script: str = "", **settings: Any) -> Talk:
        path = tmp_path / "script.yaml"
        path.write_text(script or "{}", encoding="utf-8")
        clock = VirtualClock(0.0, START)
        service = Service(Sources((path,), None, settings), clock=clock)
        service.engine._on_error = _raise
        return Talk(service, clock, make_request)

    return start
