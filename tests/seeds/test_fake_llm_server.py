"""The document of "Fake LLM Server", sentence by sentence, against the preset that stands in for it."""

from __future__ import annotations

import re

import pytest

PROMPT = {"messages": [{"role": "user", "content": "Say something"}], "model": "any-model"}
TOO_MANY = (
    b'{"error":{"message":"Too many requests. Please try again later.","type":"rate_limit_error","param":null,'
    b'"code":"rate_limit_exceeded"}}'
)


@pytest.fixture
def client(serve):
    return serve(preset="fake-llm-server")


def test_fake_plain_answer_has_exactly_the_documented_bytes(client):
    answer = client.post("/v1/chat/completions", PROMPT)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert re.fullmatch(
        rb'\{"id":"chatcmpl-\d{9}","object":"chat\.completion","created":\d{10},"model":"fake-model","choices":\[\{"index":0,'
        rb'"message":\{"role":"assistant","content":"hello world"\},"finish_reason":"stop"\}\]\}',
        answer.body,
    )


def test_fake_stream_is_a_series_of_chunks(client):
    answer = client.post("/v1/chat/completions", {**PROMPT, "stream": True})
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    chunks = answer.chunks
    assert [c["choices"] for c in chunks] == [
        [{"index": 0, "delta": {"role": "assistant"}, "finish_reason": None}],
        [{"index": 0, "delta": {"content": "hello"}, "finish_reason": None}],
        [{"index": 0, "delta": {"content": " world"}, "finish_reason": None}],
        [{"index": 0, "delta": {}, "finish_reason": "stop"}],
    ]
    assert {tuple(c) for c in chunks} == {("id", "object", "created", "model", "choices")}
    assert {c["object"] for c in chunks} == {"chat.completion.chunk"}
    assert {c["model"] for c in chunks} == {"fake-model"}
    assert len({c["id"] for c in chunks}) == 1


@pytest.mark.parametrize("stream", [False, None])
def test_fake_answers_whole_without_stream(client, stream):
    assert client.post("/v1/chat/completions", {**PROMPT, "stream": stream}).json["object"] == "chat.completion"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"model": "another"},
        {"max_tokens": 1},
        {"n": 3},
        {"stop": "hello"},
        {"response_format": {"type": "json_object"}},
        {"tool_choice": "required", "tools": [{"type": "function", "function": {"name": "say_something"}}]},
        {"messages": []},
        {"messages": [{"role": "tool", "content": "42"}]},
    ],
)
def test_fake_always_says_hello_world(client, fields):
    document = client.post("/v1/chat/completions", {**PROMPT, **fields}).json
    assert list(document) == ["id", "object", "created", "model", "choices"]
    (choice,) = document["choices"]
    assert choice == {"index": 0, "message": {"role": "assistant", "content": "hello world"}, "finish_reason": "stop"}


@pytest.mark.parametrize("stream", [False, True])
def test_fake_429_has_exactly_the_documented_bytes(client, stream):
    answer = client.chat("[429]", stream=stream)
    assert (answer.status, answer.body) == (429, TOO_MANY)
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("text", [" [429]", "[429] ", "say [429]", "429", "[429]\n", "[4290]"])
def test_fake_429_wants_exactly_that_content(client, text):
    assert client.chat(text).text == "hello world"


def test_fake_429_looks_at_the_last_message_only(client):
    def status(*messages):
        return client.post("/v1/chat/completions", {"messages": [{"role": r, "content": c} for r, c in messages]}).status

    assert status(("user", "hi"), ("user", "[429]")) == 429
    assert status(("user", "hi"), ("system", "[429]")) == 429
    assert status(("user", "[429]"), ("user", "hi")) == 200
    assert status(("user", "[429]"), ("assistant", "Sorry?")) == 200


@pytest.mark.parametrize(
    ("line", "environment", "port"),
    [
        ("understudy serve --preset fake-llm-server", {}, 3500),
        ("understudy --preset fake-llm-server", {}, 3500),
        ("understudy serve --preset fake-llm-server", {"PORT": "9000"}, 9000),
    ],
)
def test_fake_starts_on_3500_or_where_the_environment_says(command, line, environment, port):
    started = command(line, **environment)
    assert (started.server.host, started.server.port) == ("localhost", port)


def test_fake_is_configurable_through_the_environment(command):
    started = command("understudy serve --preset fake-llm-server", UNDERSTUDY_REPLY="bye", UNDERSTUDY_HOST="0.0.0.0")
    assert (started.settings.reply.text, started.server.host) == ("bye", "0.0.0.0")
