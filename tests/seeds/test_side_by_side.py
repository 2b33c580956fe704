"""What the five documents say that does not contradict another of them, on one server without a preset."""

from __future__ import annotations

import itertools
import json

import pytest

SKY = "The sky is blue."
M1 = "Hello! I'm a mock LLM response. How can I help you today?"


@pytest.fixture
def client(serve):
    return serve()


@pytest.fixture(scope="module")
def scripted(serve, tmp_path_factory):
    path = tmp_path_factory.mktemp("scripted") / "responses.yml"
    path.write_text(f'responses:\n  "what colour is the sky?": "{SKY}"\ndefaults: {{unknown_response: "No idea."}}\n')
    return serve(script=path)


def test_beside_plain_answers_have_every_documented_member(client):
    document = client.chat().json
    assert {"id", "object", "created", "model", "choices", "usage"} <= set(document)
    assert document["object"] == "chat.completion"
    assert {"index", "message", "finish_reason"} <= set(document["choices"][0])
    assert {"prompt_tokens", "completion_tokens", "total_tokens"} <= set(document["usage"])
    assert document["choices"][0]["message"]["role"] == "assistant"
    assert document["choices"][0]["message"]["content"] == M1
    assert document["choices"][0]["finish_reason"] == "stop"


def test_beside_streams_are_chunks_and_an_end_mark(client):
    answer = client.chat(stream=True)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["connection"] == "keep-alive"
    chunks = answer.chunks
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    assert "".join(answer.deltas) == M1
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


def test_beside_streams_character_by_character(serve):
    assert serve(stream_unit="char").chat(stream=True).deltas == list(M1)


def test_beside_the_last_message_429_is_a_rate_limit(client):
    answer = client.chat("[429]")
    assert answer.status == 429
    assert answer.json == {
        "error": {
            "message": "Too many requests. Please try again later.",
            "type": "rate_limit_error",
            "param": None,
            "code": "rate_limit_exceeded",
        }
    }
    assert client.chat("say [429]").status == 200


@pytest.mark.parametrize(
    ("fail", "status", "message", "kind", "code"),
    [
        ("429", 429, "Rate limit exceeded", "rate_limit_error", "rate_limit_exceeded"),
        ("500", 500, "Internal server error", "server_error", "internal_error"),
        ("503", 503, "Simulated 503 error", "simulated_error", None),
        ("nonsense", 400, "Unknown fail type: nonsense", "invalid_request_error", None),
    ],
)
def test_beside_fail_answers_the_documented_error(client, fail, status, message, kind, code):
    answer = client.chat(query=f"?fail={fail}")
    assert answer.status == status
    assert answer.json == {"error": {"message": message, "type": kind, "param": None, "code": code}}


def test_beside_timeout_is_504_after_30_seconds(plan):
    planned = plan(query="fail=timeout")
    assert planned.first == 30.0
    error = json.loads(planned.all.partition(b"\r\n\r\n")[2])["error"]
    assert (error["message"], error["type"]) == ("Gateway timeout", "timeout_error")


def test_beside_delay_is_milliseconds_before_the_answer(plan):
    assert plan(query="delay=3000").first == 3.0
    assert plan().end == 0.0


def test_beside_stream_by_query(client):
    assert client.chat(query="?stream=true").chunks
    assert client.chat(query="?stream=false").json["object"] == "chat.completion"


def test_beside_fail_chunk_breaks_the_stream_there(client):
    *before, broken = client.chat(query="?stream=true&fail_chunk=3").events
    assert [json.loads(event)["choices"][0]["delta"] for event in before] == [
        {"role": "assistant", "content": "", "refusal": None},
        {"content": "Hello"},
    ]
    assert broken == '{"broken": '


def test_beside_responses_come_from_a_file(scripted):
    assert scripted.chat("What colour is the sky?").text == SKY
    assert scripted.chat("Who?").text == "No idea."


def test_beside_invalid_requests_are_400_with_a_message(client):
    answer = client.post("/v1/chat/completions", {"model": "mock-llm"})
    assert (answer.status, answer.json["error"]["message"]) == (400, "Missing required parameter: 'messages'.")


def test_beside_latency_and_jitter(plan):
    assert plan(latency=100).first == 0.1
    waits = [plan(f"request {i}", latency=50, jitter=20).first for i in range(200)]
    assert 0.03 <= min(waits) < 0.032
    assert 0.068 < max(waits) <= 0.07


def test_beside_big_payload_is_about_ten_kilobytes(serve):
    assert 9_500 <= len(serve(big_payload=True).chat().body) <= 11_000


def test_beside_every_endpoint_is_there(client):
    assert client.get("/health").json == {"status": "healthy"}
    assert client.get("/v1/models").json["object"] == "list"
    assert client.get("/v1/models/gpt-4o").json["id"] == "gpt-4o"
    assert client.post("/v1/completions", {"model": "any", "prompt": "Once"}).json["object"] == "text_completion"
    embeddings = client.post("/v1/embeddings", {"model": "text-embedding-3-small", "input": "one"}).json
    assert len(embeddings["data"]) == 1


def test_beside_generated_texts_and_events_follow_the_settings(serve):
    client = serve(reply="generate", token_mean=30, token_stddev=0, stream_tokens_min=5, stream_tokens_max=5)
    assert client.chat().json["usage"]["completion_tokens"] == 30
    assert client.chat(max_tokens=12).json["usage"]["completion_tokens"] == 12
    assert len(client.chat(stream=True).deltas) == 6


def test_beside_delay_of_every_event(plan):
    planned = plan(response_delay_ms=100, body={"stream": True})
    texts = planned.times(b'"delta":{"content":"')
    assert [round(b - a, 6) for a, b in itertools.pairwise(texts)] == [0.1] * (len(texts) - 1)


@pytest.mark.parametrize(
    ("line", "port"),
    [
        ("understudy serve", 8000),
        ("understudy -p 3000", 3000),
        ("understudy serve -port 8080", 8080),
        ("understudy serve --port 8080 -v -latency 50 -jitter 20 -big-payload", 8080),
    ],
)
def test_beside_the_flags_of_all_go_together(command, line, port):
    started = command(line)
    assert started.server.port == port
    if "-v" in line:
        settings = started.settings
        assert (settings.verbose, settings.latency, settings.jitter, settings.big_payload) == (True, 0.05, 0.02, True)


def test_beside_the_environment_names_of_all_go_together(command):
    started = command("understudy serve", PORT="9000", MOCK_OPENAI_TOKEN_MEAN="9", MOCK_OPENAI_VERBOSE="true")
    assert (started.server.port, started.settings.token_mean, started.settings.verbose) == (9000, 9, True)
    assert command("understudy serve", MOCK_OPENAI_PORT="9001").server.port == 9001, "the longer name is meant for us"
