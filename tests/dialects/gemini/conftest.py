"""Requests to the Gemini API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

MODEL = "gemini-2.0-flash"


@pytest.fixture
def contents() -> Callable[..., dict[str, Any]]:
    """The body of a request whose contents are texts (the user's and the model's in turn) or lists of parts."""

    def made(*said: Any, **fields: Any) -> dict[str, Any]:
        turns = [
            {"role": ("user", "model")[i % 2], "parts": [{"text": item}] if isinstance(item, str) else item}
            for i, item in enumerate(said or ("hello",))
        ]
        return {"contents": turns, **fields}

    return made


@pytest.fixture
def say(ask) -> Callable[..., Any]:
    """Ask a model to generate, or whatever else."""

    def asked(value: Any = b"", model: str = MODEL, method: str = "generateContent", *, query: str = "", **head: Any) -> Any:
        path = f"/v1beta/models/{model}:{method}"
        return ask(value, f"{path}?{query}" if query else path, **head)

    return asked


@pytest.fixture
def refusal(say) -> Callable[..., str]:
    """The message of the 400 that answers a request."""

    def told(value: Any, *args: Any, **head: Any) -> str:
        answer = say(value, *args, **head)
        error = answer.json["error"]
        assert (answer.status, error["code"], error["status"]) == (400, 400, "INVALID_ARGUMENT")
        return error["message"]

    return told


@pytest.fixture
def parts() -> Callable[[Any], list[dict[str, Any]]]:
    """The parts of the first candidate of an answer."""
    return lambda answer: answer.json["candidates"][0]["content"].get("parts", [])
