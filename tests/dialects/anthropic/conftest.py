"""Requests to the Messages API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

HEADERS = {"anthropic-version": "2023-06-01", "x-api-key": "sk-ant-any"}


@pytest.fixture
def body() -> Callable[..., dict[str, Any]]:
    """The body of a request that says one thing."""

    def made(user: Any = "hello", model: str = "claude-sonnet-4-5", **fields: Any) -> dict[str, Any]:
        return {"model": model, "max_tokens": 1024, "messages": [{"role": "user", "content": user}], **fields}

    return made


@pytest.fixture
def say(ask) -> Callable[..., Any]:
    """Ask for a message, or whatever else is there."""

    def asked(value: Any = b"", path: str = "/v1/messages", *, headers: dict[str, str] | None = None, **head: Any) -> Any:
        return ask(value, path, headers=HEADERS if headers is None else headers, **head)

    return asked


@pytest.fixture
def refusal(say) -> Callable[..., str]:
    """The message of the 400 that answers a request."""

    def told(value: Any, **head: Any) -> str:
        answer = say(value, **head)
        assert answer.status == 400
        document = answer.json
        assert list(document) == ["type", "error", "request_id"]
        assert document["error"]["type"] == "invalid_request_error"
        assert document["request_id"] == answer.headers["request-id"]
        return document["error"]["message"]

    return told


@pytest.fixture
def events() -> Callable[[Any], list[dict[str, Any]]]:
    """The events of a stream, each checked to be named as its data says."""
    import json

    def read(answer: Any) -> list[dict[str, Any]]:
        found = []
        for event in answer.body.decode().removesuffix("\n\n").split("\n\n"):
            name, data = event.split("\n")
            found.append(json.loads(data.removeprefix("data: ")))
            assert name == f"event: {found[-1]['type']}"
        return found

    return read


@pytest.fixture
def send_file(say) -> Callable[..., Any]:
    """Upload a file; fields beside it are texts."""

    def sent(data: bytes = b"hello", name: str | None = "a.txt", kind: str = "", *, to: Any = None, **fields: str) -> Any:
        named = "" if name is None else f'; filename="{name}"'
        typed = f"\r\nContent-Type: {kind}" if kind else ""
        parts = [f'--xyz\r\nContent-Disposition: form-data; name="file"{named}{typed}\r\n\r\n'.encode() + data]
        parts += [f'--xyz\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}'.encode() for k, v in fields.items()]
        head = {**HEADERS, "anthropic-version": "2026-10-21", "content-type": "multipart/form-data; boundary=xyz"}
        return say(b"\r\n".join([*parts, b"--xyz--\r\n"]), "/v1/files", headers=head, to=to)

    return sent
