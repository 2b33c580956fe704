"""The document of the gateway's "Mock OpenAI API Server", sentence by sentence, against the preset that stands in for it."""

from __future__ import annotations

import re

import pytest

PRESET = "bifrost-mocker"


@pytest.fixture
def client(serve):
    return serve(preset=PRESET)


def test_bifrost_plain_answer_has_exactly_the_documented_members(client):
    answer = client.chat(model="gpt-4o-mini")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert re.fullmatch(
        rb'\{"id":"cmpl-mock12345","object":"chat\.completion","created":\d{10},"model":"gpt-4o-mini","choices":\[\{"index":0,'
        rb'"message":\{"role":"assistant","content":"This is a mocked response\.\.\."\},"finish_reason":"stop"\}\],'
        rb'"usage":\{"prompt_tokens":\d+,"completion_tokens":\d+,"total_tokens":\d+\}\}',
        answer.body,
    )


def test_bifrost_answers_a_request_without_a_model(client):
    assert client.post("/v1/chat/completions", {"messages": []}).json["model"] == "gpt-4o-mini"


def test_bifrost_usage_is_random_and_realistic(client):
    usages = [client.chat("the very same").json["usage"] for _ in range(40)]
    assert len({usage["prompt_tokens"] for usage in usages}) > 20
    assert len({usage["completion_tokens"] for usage in usages}) > 20
    assert all(50 <= usage["prompt_tokens"] <= 500 and 20 <= usage["completion_tokens"] <= 400 for usage in usages)
    assert all(usage["prompt_tokens"] + usage["completion_tokens"] == usage["total_tokens"] for usage in usages)


def test_bifrost_streams_in_the_standard_format(client):
    chunks = client.chat(stream=True).chunks
    assert {(c["id"], c["object"]) for c in chunks} == {("cmpl-mock12345", "chat.completion.chunk")}
    assert "".join(c["choices"][0]["delta"].get("content", "") for c in chunks) == "This is a mocked response..."
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


def test_bifrost_streams_tell_usage_to_those_who_ask(client):
    *_, last = client.chat(stream=True, stream_options={"include_usage": True}).chunks
    assert (last["id"], last["choices"]) == ("cmpl-mock12345", [])
    assert last["usage"]["prompt_tokens"] + last["usage"]["completion_tokens"] == last["usage"]["total_tokens"]


@pytest.mark.parametrize("fields", [{}, {"max_tokens": 20}, {"n": 2}])
def test_bifrost_big_payload_is_about_ten_kilobytes(serve, fields):
    answer = serve(preset=PRESET, big_payload=True).chat(**fields)
    assert 9_500 <= len(answer.body) <= 10_500
    assert list(answer.json) == ["id", "object", "created", "model", "choices", "usage"]


def test_bifrost_small_payload_is_the_default(client):
    assert len(client.chat().body) < 400


def test_bifrost_latency_is_fixed_without_jitter(plan):
    waits = {plan(f"request {i}", preset=PRESET, latency=100).first for i in range(20)}
    assert waits == {0.1}


def test_bifrost_has_no_latency_by_default(plan):
    assert plan(preset=PRESET).end == 0.0


@pytest.mark.parametrize("same", [True, False])
def test_bifrost_jitter_spreads_latency_over_the_whole_range(plan, same):
    waits = [plan("again" if same else f"request {i}", preset=PRESET, latency=50, jitter=20).first for i in range(300)]
    assert 0.03 <= min(waits) < 0.032
    assert 0.068 < max(waits) <= 0.07
    assert 0.048 < sum(waits) / len(waits) < 0.052


def test_bifrost_jitter_beyond_the_latency_stops_at_no_wait(plan):
    assert min(plan(f"request {i}", preset=PRESET, latency=5, jitter=20).first for i in range(50)) == 0.0


def test_bifrost_streams_wait_too(plan):
    assert plan(preset=PRESET, latency=100, body={"stream": True}).first == 0.1


@pytest.mark.parametrize(
    ("flags", "port", "latency", "jitter", "big"),
    [
        ("", 8000, 0.0, 0.0, False),
        ("-port 8080 -latency 100", 8080, 0.1, 0.0, False),
        ("-port 8080 -latency 50 -jitter 20", 8080, 0.05, 0.02, False),
        ("-port 8080 -big-payload", 8080, 0.0, 0.0, True),
        ("-port 8080 -latency 75 -jitter 25 -big-payload", 8080, 0.075, 0.025, True),
        ("-port=8080 -latency=75 -jitter=25 -big-payload=true", 8080, 0.075, 0.025, True),
    ],
)
def test_bifrost_flags_mean_what_the_document_says(command, flags, port, latency, jitter, big):
    started = command(f"understudy serve --preset {PRESET} {flags}")
    settings = started.settings
    assert (started.server.port, settings.latency, settings.jitter, settings.big_payload) == (port, latency, jitter, big)
