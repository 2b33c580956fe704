"""The other official clients with their defaults are found no fault with, and careless programs around them are.

The server's time is moved by what the clients would sleep, so nobody waits.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import anthropic
import boto3
import cohere
import ollama
import pytest
from google import genai
from mistralai import client as mistral

from understudy import Understudy
from understudy.verdict import assert_resilient

pytestmark = [
    pytest.mark.sdk,
    # clients whose answers break leave their sockets to the garbage collector
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SAID = "one two three four five six"


class MovedTime:
    """The module `time` as a client sees it, whose sleep moves the clock of a server."""

    def __init__(self, server: Understudy) -> None:
        self.sleep = server.clock.advance

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


@pytest.fixture
def serve(tmp_path, monkeypatch) -> Iterator[Callable[[str], Understudy]]:
    """Start a server with one fault; clients that sleep move its clock."""
    servers: list[Understudy] = []

    def start(fault: str = "") -> Understudy:
        path = tmp_path / "script.yaml"
        faults = f"faults: [{{kind: {fault}}}]\n" if fault else ""
        path.write_text(f"{faults}rules: [{{reply: {SAID}}}]", encoding="utf-8")
        server = Understudy(path, clock="virtual").start()
        servers.append(server)
        for module in ("anthropic._base_client", "cohere.core.http_client", "botocore.endpoint"):
            monkeypatch.setattr(f"{module}.time", MovedTime(server))
        return server

    yield start
    for server in servers:
        server.stop()


def say(text: str) -> list[Any]:
    return [{"role": "user", "content": text}]


def ask_anthropic(server: Understudy, text: str, *, stream: bool) -> None:
    with anthropic.Anthropic(base_url=server.url, api_key="any") as client:
        wishes: dict[str, Any] = {"model": "claude-opus-4-6", "max_tokens": 50, "messages": say(text)}
        if stream:
            with client.messages.stream(**wishes) as found:
                list(found.text_stream)
        else:
            client.messages.create(**wishes)


def ask_genai(server: Understudy, text: str, *, stream: bool) -> None:
    client = genai.Client(api_key="any", http_options={"base_url": server.url})
    with contextlib.closing(client):
        if stream:
            list(client.models.generate_content_stream(model="gemini-2.5-flash", contents=text))
        else:
            client.models.generate_content(model="gemini-2.5-flash", contents=text)


def ask_ollama(server: Understudy, text: str, *, stream: bool) -> None:
    with ollama.Client(host=server.url) as client:
        found = client.chat(model="llama3.2", messages=say(text), stream=stream)
        if stream:
            list(found)


def ask_cohere(server: Understudy, text: str, *, stream: bool) -> None:
    with cohere.ClientV2("any", base_url=server.url) as client:
        if stream:
            list(client.chat_stream(model="command-a-03-2025", messages=say(text)))
        else:
            client.chat(model="command-a-03-2025", messages=say(text))


def ask_mistral(server: Understudy, text: str, *, stream: bool) -> None:
    with mistral.Mistral(api_key="any", server_url=f"{server.url}/mistral") as client:
        if stream:
            list(client.chat.stream(model="mistral-large-latest", messages=say(text)))
        else:
            client.chat.complete(model="mistral-large-latest", messages=say(text))


def ask_bedrock(server: Understudy, text: str, *, stream: bool) -> None:
    client = boto3.client(
        "bedrock-runtime",
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id="AKIDANY",
        aws_secret_access_key="any",
    )
    with contextlib.closing(client):
        messages = [{"role": "user", "content": [{"text": text}]}]
        model = "anthropic.claude-sonnet-4-5-20250929-v1:0"
        if stream:
            list(client.converse_stream(modelId=model, messages=messages)["stream"])
        else:
            client.converse(modelId=model, messages=messages)


CLIENTS = {
    "anthropic": ask_anthropic,
    "genai": ask_genai,
    "ollama": ask_ollama,
    "cohere": ask_cohere,
    "mistral": ask_mistral,
    "bedrock": ask_bedrock,
}
NEVER_RETRY = ("genai", "ollama", "mistral")
FAILURES = [
    "rate_limit, retry-after: 2s, first: 1",
    "rate_limit, retry-after: 2s",
    "rate_limit, retry-after: 10m",
    "server_error",
    "overloaded",
    "insufficient_quota",
    "unauthorized",
    "reset, at: before-headers",
    "close, at: before-headers",
]
BREAKS = ["reset", "early-end", "error-event"]


@pytest.mark.parametrize("fault", FAILURES)
@pytest.mark.parametrize("name", CLIENTS)
def test_failures(serve, name, fault):
    server = serve(fault)
    for at in range(2):
        with contextlib.suppress(Exception):  # each has its own
            CLIENTS[name](server, f"hello {at}", stream=False)
    verdict = assert_resilient(server)
    assert {finding.id for finding in verdict.findings} <= {"retries-left-out"}
    assert verdict.requests == 2
    if name in NEVER_RETRY:
        assert verdict.exchanges == 2, "it tries again by default now: say so in verdict/_clients.py"


@pytest.mark.parametrize("fault", [f"{kind}, at: {{event: 3}}" for kind in BREAKS] + ["server_error"])
@pytest.mark.parametrize("name", CLIENTS)
def test_streams(serve, name, fault):
    server = serve(fault)
    for at in range(2):
        with contextlib.suppress(Exception):
            CLIENTS[name](server, f"hello {at}", stream=True)
    assert {finding.id for finding in assert_resilient(server).findings} <= {"retries-left-out"}


@pytest.mark.parametrize("name", CLIENTS)
def test_good_traffic(serve, name):
    server = serve()
    for at in range(3):
        CLIENTS[name](server, f"hello {at}", stream=False)
        CLIENTS[name](server, f"hello {at}", stream=True)
    assert assert_resilient(server).findings == ()


@pytest.mark.parametrize("name", NEVER_RETRY)
def test_who_leaves_it_to_the_application_is_told(serve, name):
    server = serve("server_error")
    with contextlib.suppress(Exception):
        CLIENTS[name](server, "hello", stream=False)
    (finding,) = assert_resilient(server).findings
    assert (finding.id, finding.severity) == ("retries-left-out", "note")


@pytest.mark.parametrize(
    ("fault", "tries", "pause", "fault_found"),
    [
        ("server_error", 4, 0.0, "no-backoff"),
        ("rate_limit, retry-after: 5s", 2, 1.0, "retry-after-ignored"),
        ("unauthorized", 3, 1.0, "pointless-retry"),
        ("insufficient_quota", 6, 1.0, "pointless-retry"),
        ("server_error", 12, 8.0, "retry-storm"),
    ],
)
def test_careless_loops_around_them(serve, fault, tries, pause, fault_found):
    server = serve(fault)
    for _ in range(tries):
        with contextlib.suppress(Exception):
            ask_ollama(server, "hello", stream=False)
        server.clock.advance(pause)
    with pytest.raises(AssertionError, match=fault_found):
        assert_resilient(server)
