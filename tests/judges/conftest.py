"""Frameworks above the official clients: a server without a script, found by the environment alone, and what they are asked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from understudy import Understudy

HERE = Path(__file__).parent
QUIET = (
    "OPENAI_AGENTS_DISABLE_TRACING",
    "AWS_EC2_METADATA_DISABLED",
    "LITELLM_LOCAL_MODEL_COST_MAP",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS",
    "CREWAI_DISABLE_TELEMETRY",
    "OTEL_SDK_DISABLED",
)
LOUD = ("LANGSMITH_TRACING", "HAYSTACK_TELEMETRY_ENABLED")


def pytest_configure() -> None:
    """None tells its maker of it, and none looks on the web: some read this when they are imported."""
    os.environ |= dict.fromkeys(QUIET, "true") | dict.fromkeys(LOUD, "false")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a framework says of its own future, or leaves open at the end, is no concern of ours."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.sdk)
            item.add_marker(pytest.mark.filterwarnings("ignore"))


@pytest.fixture(scope="session")
def plain() -> Iterator[Understudy]:
    """A server without a script."""
    with Understudy() as server:
        yield server


@pytest.fixture(autouse=True)
def surroundings(plain: Understudy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every framework looks for its provider in the environment and finds the server there."""
    for name, value in plain.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDANY")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    monkeypatch.delenv("AWS_BEARER_TOKEN_BEDROCK", raising=False)


@pytest.fixture(scope="session")
def hello() -> str:
    """What the server says to anything that asks for nothing in particular."""
    return "Hello! I'm a mock LLM response. How can I help you today?"


@pytest.fixture(scope="session")
def question() -> str:
    """A question to which a tool, a form, or both may belong."""
    return "What is the weather in Paris? Ask Jane, 34, an admin. Answer in json."


@pytest.fixture(scope="session")
def person() -> type[Any]:
    """The form of an answer."""
    pydantic = pytest.importorskip("pydantic")

    class Person(pydantic.BaseModel):
        name: str
        age: int
        role: Literal["admin", "user"]
        email: str | None = None
        tags: list[str] = pydantic.Field(default_factory=list)

    return Person


@pytest.fixture(scope="session")
def get_weather() -> Callable[[str], str]:
    """The tool."""

    def get_weather(city: str) -> str:
        """Get the weather of a city.

        Args:
            city: the city
        """
        return f"sunny in {city}"

    return get_weather
