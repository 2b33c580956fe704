"""Responses asked of an engine whose clock moves when told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from understudy.app import Service, Sources
from understudy.model.plan import Delivery, Ending, Gate, Plan, Until, spelled_out
from understudy.runtime.clock import VirtualClock

START = 1_700_000_000.0
_STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
_OUTCOMES = {Ending.CLOSE: "closed", Ending.ABORT: "aborted", Ending.HANG: "client_gone", Ending.NEXT: "done"}


class Got:
    """What one request got: status, document or events, and the second at which each event is due."""

    def __init__(self, steps: list[Any]) -> None:
        self.raw = raw = b"".join(step for step in steps if isinstance(step, bytes))
        head, _, body = raw.partition(b"\r\n\r\n")
        self.status = int(head.split()[1]) if head else 0
        self.is_stream = b"text/event-stream" in head
        self.json = None if self.is_stream or not body else json.loads(body)
        self.due, self.events = [], []
        self.outcome: Any = "done"
        now = 0.0
        for step in steps:
            if isinstance(step, Ending):
                self.outcome = _OUTCOMES[step]
                continue
            if isinstance(step, Gate | Until):
                continue
            if isinstance(step, float):
                now += step
                continue
            told = [line for line in step.decode().replace("\r\n", "\n").split("\n") if line.startswith("data: ")]
            self.events += [_event(line.removeprefix("data: ")) for line in told]
            self.due += [round(now, 3)] * len(told)

    @property
    def kinds(self) -> list[str]:
        return [event["type"].removeprefix("response.") for event in self.events]

    @property
    def error(self) -> tuple[str, Any, Any]:
        error = self.json["error"]
        return error["message"], error["param"], error["code"]


def _event(data: str) -> Any:
    try:
        return json.loads(data)
    except json.JSONDecodeError:
        return {"type": "broken"}


class Talk:
    """A client of one engine."""

    def __init__(self, service: Service, clock: VirtualClock, make_request: Callable[..., Any]) -> None:
        self.engine, self.clock, self._make_request = service.engine, clock, make_request

    def __call__(self, method: str, path: str, body: Any = b"", **head: Any) -> Got:
        answer = self.engine.respond(self._make_request(body, f"/v1{path}", method=method, **head))
        if not isinstance(answer, Plan):
            return Got([answer])
        got = Got(list(spelled_out(answer.steps)))
        if answer.ended is not None:
            answer.ended(Delivery(got.outcome, 0))
        return got

    def begin(self, **fields: Any) -> tuple[str, Callable[[str], None]]:
        """Begin a stream, and give the response it tells of first and what ends it, by an outcome."""
        plan, events = self._stream(fields)
        return next(events)["response"]["id"], lambda how: plan.ended(Delivery(how, 0))

    def begin_whole(self, **fields: Any) -> Callable[[str], None]:
        """Begin to wait for a whole answer, and give what ends that, by an outcome."""
        plan = self.engine.respond(self._make_request({"model": "gpt-4o-mini", "input": "ping", **fields}, "/v1/responses"))
        return lambda how: plan.ended(Delivery(how, 0))

    def play(self, headers: Any = None, **fields: Any) -> tuple[str, Iterator[Any]]:
        """Begin a stream, and give the response it tells of first and the steps behind, as they are made."""
        body = {"model": "gpt-4o-mini", "input": "ping", "stream": True, **fields}
        steps = self.steps("POST", "/responses", body, **({} if headers is None else {"headers": headers}))
        first = next(step for step in steps if isinstance(step, bytes) and b"event: " in step)
        return Got([_STREAM, first]).events[0]["response"]["id"], steps

    def steps(self, method: str, path: str, body: Any = b"", **head: Any) -> Iterator[Any]:
        """Give the steps of a stream as they are made."""
        return spelled_out(self.engine.respond(self._make_request(body, f"/v1{path}", method=method, **head)).steps)

    def _stream(self, fields: dict[str, Any]) -> tuple[Any, Iterator[Any]]:
        body = {"model": "gpt-4o-mini", "input": "ping", "stream": True, **fields}
        plan = self.engine.respond(self._make_request(body, "/v1/responses"))
        steps = (step for step in spelled_out(plan.steps) if isinstance(step, bytes) and b"event: " in step)
        return plan, (Got([_STREAM, step]).events[0] for step in steps)

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
