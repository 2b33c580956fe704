"""LiteLLM's proxy between clients and the server: what it asks for, what it passes on, and what it does when the server fails.

It wants some 40 packages more (`litellm[proxy]`), which `make judges` does not install. LITELLM names its program:
`make judges ARGS="-k proxy" LITELLM=/path/to/bin/litellm`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from understudy import Understudy

openai = pytest.importorskip("openai")

KEY = "sk-of-this-test-alone-0123456789abcdef"
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
ASKED = [{"role": "user", "content": "hello"}]
PATIENCE = 120  # seconds; on a machine with nothing else to do it takes 6


def program() -> str | None:
    named = os.environ.get("LITELLM") or (
        str(Path(sys.executable).with_name("litellm")) if importlib.util.find_spec("fastapi") else ""
    )
    return shutil.which(named) if named else None


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def upstream() -> Iterator[Understudy]:
    """The server: one model is down, one fails twice, two have too much to do; all others do well."""
    with Understudy() as server:
        server.on(model="down").fail(503)
        server.on(model="flaky").fail(500, times=2).reply("third time lucky")
        server.on(model="busy").fail(429, **{"retry-after": "60s"})
        server.on(model="full").fail(429, **{"retry-after": "1s"})
        yield server


@pytest.fixture(scope="module")
def proxy(upstream, tmp_path_factory) -> Iterator[str]:
    found = program()
    if found is None:
        pytest.skip("litellm[proxy]: not installed; LITELLM names the program")
    home = tmp_path_factory.mktemp("proxy")
    port = free_port()
    (home / "config.yaml").write_text(json.dumps(configured(upstream)))
    quiet = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True"}
    upstreams = {"ANTHROPIC_API_BASE": upstream.url, "ANTHROPIC_API_KEY": "any"}
    command = [found, "--config", "config.yaml", "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"]
    told = os.environ | quiet | upstreams | {"LITELLM_MASTER_KEY": KEY}
    with subprocess.Popen(command, cwd=home, env=told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        try:
            wait_for(running)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()


def configured(upstream: Understudy) -> dict[str, Any]:
    def entry(name: str, model: str, base: str = upstream.openai_url) -> dict[str, Any]:
        return {"model_name": name, "litellm_params": {"model": model, "api_base": base, "api_key": "any", "max_retries": 0}}

    return {
        "model_list": [
            entry("gpt", "openai/gpt-4o-mini"),
            entry("claude", "anthropic/claude-sonnet-4-5", upstream.url),
            entry("gemini", "gemini/gemini-2.5-flash", f"{upstream.url}/gemini/v1beta"),
            entry("vectors", "openai/text-embedding-3-small"),
            entry("down", "openai/down"),
            entry("flaky", "openai/flaky"),
            entry("pair", "openai/busy"),
            entry("pair", "openai/gpt-4o-mini"),
            entry("alone", "openai/full"),
        ],
        "router_settings": {
            "num_retries": 2,
            "retry_after": 0,
            "fallbacks": [{"down": ["gpt"]}],
        },
    }


def wait_for(running: subprocess.Popen[str]) -> None:
    """Read what the proxy says until it listens, and on, for it to be able to say more."""
    said: list[str] = []
    decided = threading.Event()

    def read() -> None:
        for line in running.stdout or ():
            said.append(line)
            if "Uvicorn running" in line:
                decided.set()
        decided.set()

    threading.Thread(target=read, daemon=True).start()
    decided.wait(PATIENCE)
    if not any("Uvicorn running" in line for line in said):
        pytest.fail(f"the proxy does not listen:\n{''.join(said[-40:])}")


@pytest.fixture
def client(proxy, upstream) -> Iterator[Any]:
    upstream.reset()
    with openai.OpenAI(base_url=f"{proxy}/v1", api_key=KEY, max_retries=0) as client:
        yield client


def asked_of(upstream: Understudy, model: str) -> int:
    return len([call for call in upstream.calls if call.model == model])


@pytest.mark.parametrize("model", ["gpt", "claude", "gemini"])
def test_a_question_is_answered_counted_and_paid_for(client, hello, model):
    told = client.chat.completions.with_raw_response.create(model=model, messages=ASKED)
    answer = told.parse()
    assert answer.choices[0].message.content == hello
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens > 0
    assert float(told.headers["x-litellm-response-cost"]) > 0


@pytest.mark.parametrize("model", ["gpt", "claude", "gemini"])
def test_a_stream_says_the_same(client, hello, model):
    told = client.chat.completions.create(model=model, messages=ASKED, stream=True, stream_options={"include_usage": True})
    chunks = list(told)
    pieces = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]
    assert "".join(pieces) == hello
    assert len(pieces) > 1
    assert chunks[-1].usage.completion_tokens > 0


@pytest.mark.parametrize("model", ["gpt", "claude", "gemini"])
def test_a_tool_is_called_and_its_result_used(client, model):
    messages: list[Any] = [{"role": "user", "content": "What is the weather in Paris?"}]
    message = client.chat.completions.create(model=model, messages=messages, tools=[WEATHER]).choices[0].message
    (call,) = message.tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "Paris"})
    messages += [message.model_dump(exclude_none=True), {"role": "tool", "tool_call_id": call.id, "content": "sunny"}]
    assert "sunny" in client.chat.completions.create(model=model, messages=messages, tools=[WEATHER]).choices[0].message.content


def test_texts_become_vectors(client):
    assert [len(each.embedding) for each in client.embeddings.create(model="vectors", input=["one", "two"]).data] == [1536] * 2


@pytest.mark.parametrize("model", ["gpt", "claude"])
def test_the_responses_interface(client, hello, model):
    assert client.responses.create(model=model, input="hello").output_text == hello
    with client.responses.stream(model=model, input="hello") as told:
        assert told.get_final_response().output_text == hello


@pytest.mark.parametrize(("path", "model"), [("", "claude"), ("", "gpt"), ("/anthropic", "claude-sonnet-4-5")])
def test_messages_of_anthropic_are_translated_or_passed_through(proxy, hello, path, model):
    anthropic = pytest.importorskip("anthropic")
    with anthropic.Anthropic(base_url=proxy + path, api_key=KEY, max_retries=0) as client:
        asked = {"model": model, "max_tokens": 100, "messages": ASKED}
        assert client.messages.create(**asked).content[0].text == hello
        with client.messages.stream(**asked) as told:
            assert told.get_final_text() == hello


def test_who_is_down_is_tried_again_and_then_another_is_asked(client, upstream, hello):
    told = client.chat.completions.with_raw_response.create(model="down", messages=ASKED)
    assert told.parse().choices[0].message.content == hello
    assert int(told.headers["x-litellm-attempted-fallbacks"]) == 1
    assert (asked_of(upstream, "down"), asked_of(upstream, "gpt-4o-mini")) == (3, 1)


def test_who_fails_twice_is_asked_a_third_time(client, upstream):
    told = client.chat.completions.with_raw_response.create(model="flaky", messages=ASKED)
    assert told.parse().choices[0].message.content == "third time lucky"
    assert int(told.headers["x-litellm-attempted-retries"]) == 2
    assert asked_of(upstream, "flaky") == 3


def test_what_is_left_of_the_limit_is_passed_on(client):
    told = client.chat.completions.with_raw_response.create(model="gpt", messages=ASKED)
    for name in ("limit-requests", "remaining-requests", "limit-tokens", "remaining-tokens"):
        assert told.headers[f"x-ratelimit-{name}"] == told.headers[f"llm_provider-x-ratelimit-{name}"]


def test_who_has_too_much_to_do_is_left_alone(client, upstream, hello):
    for _ in range(12):
        assert client.chat.completions.create(model="pair", messages=ASKED).choices[0].message.content == hello
    assert asked_of(upstream, "busy") <= 1


def test_who_is_alone_and_has_too_much_to_do_is_waited_for(client, upstream):
    with pytest.raises(openai.RateLimitError) as caught:
        client.chat.completions.create(model="alone", messages=ASKED)
    first, second, third = (call.exchange.started for call in upstream.calls if call.model == "full")
    assert min(second - first, third - second) >= 1  # the second that the server asks for
    assert caught.value.response.headers["llm_provider-retry-after"] == "1"
