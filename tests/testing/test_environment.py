"""The variables that clients read."""

from __future__ import annotations

import pytest

from understudy import Understudy
from understudy.testing.environment import KEY, REMOVED, lead, variables


def test_addresses_lead_to_the_server():
    found = variables("http://h:1", {})
    assert found["OPENAI_BASE_URL"] == "http://h:1/v1"
    for name in ("ANTHROPIC_BASE_URL", "GOOGLE_GEMINI_BASE_URL", "OLLAMA_HOST", "AZURE_OPENAI_ENDPOINT", "CO_API_URL"):
        assert found[name] == "http://h:1"
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "CO_API_KEY", "MISTRAL_API_KEY"):
        assert found[name] == KEY
    assert not set(found) & set(REMOVED)


def test_no_proxy_stands_between():
    assert variables("http://h:1", {"NO_PROXY": "example.com"})["NO_PROXY"] == "example.com,127.0.0.1,localhost,::1"
    assert variables("http://h:1", {})["no_proxy"] == "127.0.0.1,localhost,::1"


def test_a_server_gives_its_own():
    with Understudy() as server:
        assert server.environment["OPENAI_BASE_URL"] == server.openai_url


@pytest.fixture
def environment(monkeypatch):
    lead(variables("http://127.0.0.1:9", {}), monkeypatch)


@pytest.mark.parametrize(
    ("package", "client", "address"),
    [
        ("openai", "OpenAI", "http://127.0.0.1:9/v1/"),
        ("openai", "AsyncOpenAI", "http://127.0.0.1:9/v1/"),
        ("openai", "AzureOpenAI", "http://127.0.0.1:9/openai/"),
        ("anthropic", "Anthropic", "http://127.0.0.1:9"),
    ],
)
def test_clients_read_them(environment, package, client, address):
    made = getattr(pytest.importorskip(package), client)()
    assert (str(made.base_url), made.api_key) == (address, KEY)
