"""Frameworks above the official clients: a server without a script, found by the environment alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from understudy import Understudy

HERE = Path(__file__).parent


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
    """Every framework looks for its provider in the environment and finds the server there; none tells its maker of it."""
    for name, value in plain.environment.items():
        monkeypatch.setenv(name, value)
    for name in (
        "OPENAI_AGENTS_DISABLE_TRACING",
        "AWS_EC2_METADATA_DISABLED",
        "LITELLM_LOCAL_MODEL_COST_MAP",
        "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS",
    ):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("LANGSMITH_TRACING", "false")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDANY")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    monkeypatch.delenv("AWS_BEARER_TOKEN_BEDROCK", raising=False)
