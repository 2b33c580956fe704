"""The document of "M1: Mock Provider", sentence by sentence, against the preset that stands in for it."""

from __future__ import annotations

import itertools
import json
import re

import pytest

PRESET = "m1-mock-provider"
HELLO = "Hello! I'm a mock LLM response. How can I help you today?"
CHUNKS = ["Hello", " from", " streaming", " mock", " provider", "!"]
BROKEN = 'data: {"broken": \n\n'


@pytest.fixture
def client(serve):
    return serve(preset=PRESET)


def event(n: int) -> str:
    return f'data: {{"id":"mock-{n}","choices":[{{"delta":{{"content":{json.dumps(CHUNKS[n])}}}}}]}}\n\n'


def test_m1_plain_answer_has_exactly_the_documented_bytes(client):
    answer = client.chat()
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    head, tail = re.split(rb'"mock-[0-9a-z]{8}","object":"chat\.completion","created":\d{10}', answer.body)
    assert head == b'{"id":'
    assert tail.decode() == (
        f',"model":"gpt-4","choices":[{{"index":0,"message":{{"role":"assistant","content":"{HELLO}"}},"finish_reason":"stop"}}],'
        '"usage":{"prompt_tokens":10,"completion_tokens":15,"total_tokens":25}}'
    )


@pytest.mark.parametrize(("model", "named"), [("llama", "llama"), ("", "gpt-4"), (None, "gpt-4")])
def test_m1_names_the_model_asked_for_or_gpt_4(client, model, named):
    assert client.chat(model=model).json["model"] == named


def test_m1_answers_without_a_body(client):
    assert client.send("POST", "/v1/chat/completions").json["model"] == "gpt-4"


def test_m1_ids_differ(client):
    assert len({client.chat(f"request {i}").json["id"] for i in range(20)}) == 20
    assert len({client.chat("the very same").json["id"] for _ in range(20)}) == 20


@pytest.mark.parametrize("fields", [{"max_tokens": 3}, {"n": 2}, {"tool_choice": "required"}, {"stop": "mock"}])
def test_m1_says_the_same_whatever_else_is_asked(client, fields):
    document = client.chat(**fields).json
    assert [c["message"] for c in document["choices"]] == [{"role": "assistant", "content": HELLO}]
    assert document["usage"] == {"prompt_tokens": 10, "completion_tokens": 15, "total_tokens": 25}


def test_m1_stream_is_six_chunks_and_the_end_mark(plan):
    sent = plan(query="stream=true", preset=PRESET, body={"max_tokens": 3}).all.decode()
    assert re.findall(r"data: .*?\n\n", sent, re.DOTALL) == [*map(event, range(6)), "data: [DONE]\n\n"]


def test_m1_stream_over_the_socket(serve):
    answer = serve(preset=PRESET, response_delay_ms=0).chat(query="?stream=true")
    assert answer.body.decode() == "".join(map(event, range(6))) + "data: [DONE]\n\n"
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["connection"] == "keep-alive"


def test_m1_chunks_are_100_ms_apart(plan):
    planned = plan(query="stream=true", preset=PRESET)
    times = planned.times(b'"delta"')
    assert [round(b - a, 6) for a, b in itertools.pairwise(times)] == [0.1] * 5
    assert planned.end == 0.6


@pytest.mark.parametrize("query", ["", "stream=false", "stream=TRUE", "stream=1", "stream=yes"])
def test_m1_streams_only_when_the_query_or_the_body_says_so(client, query):
    assert client.chat(query=f"?{query}").json["object"] == "chat.completion"


def test_m1_fail_chunk_breaks_the_stream_there(serve):
    client = serve(preset=PRESET, response_delay_ms=0)
    for n in range(1, 7):
        answer = client.chat(query=f"?stream=true&fail_chunk={n}")
        assert (answer.status, answer.body.decode()) == (200, "".join(map(event, range(n - 1))) + BROKEN)


@pytest.mark.parametrize("n", ["7", "100", "0", "-1", "abc"])
def test_m1_fail_chunk_that_is_no_chunk_breaks_nothing(serve, n):
    answer = serve(preset=PRESET, response_delay_ms=0).chat(query=f"?stream=true&fail_chunk={n}")
    assert (answer.status, answer.body.decode()) == (200, "".join(map(event, range(6))) + "data: [DONE]\n\n")


def test_m1_fail_chunk_keeps_the_pace_before_it(plan):
    planned = plan(query="stream=true&fail_chunk=3", preset=PRESET)
    assert planned.times(b'"broken"') == [0.3]  # 100 ms behind chunk 2, as in the original; the wait stands before each chunk


def test_m1_fail_chunk_does_nothing_to_a_whole_answer(client):
    assert client.chat(query="?fail_chunk=3").text == HELLO


@pytest.mark.parametrize(
    ("fail", "status", "error"),
    [
        ("429", 429, {"message": "Rate limit exceeded", "type": "rate_limit_error", "code": "rate_limit_exceeded"}),
        ("500", 500, {"message": "Internal server error", "type": "server_error", "code": "internal_error"}),
        ("503", 503, {"message": "Simulated 503 error", "type": "simulated_error"}),
        ("418", 418, {"message": "Simulated 418 error", "type": "simulated_error"}),
        ("200", 200, {"message": "Simulated 200 error", "type": "simulated_error"}),
        ("201", 201, {"message": "Simulated 201 error", "type": "simulated_error"}),
        ("302", 302, {"message": "Simulated 302 error", "type": "simulated_error"}),
        ("504", 504, {"message": "Simulated 504 error", "type": "simulated_error"}),
        ("503x", 503, {"message": "Simulated 503 error", "type": "simulated_error"}),
        ("400", 400, {"message": "Simulated 400 error", "type": "simulated_error"}),
        ("nonsense", 400, {"message": "Unknown fail type: nonsense"}),
    ],
)
def test_m1_fail_answers_exactly_the_documented_error(client, fail, status, error):
    answer = client.chat(query=f"?fail={fail}")
    assert (answer.status, answer.headers["content-type"]) == (status, "application/json")
    assert answer.body == json.dumps({"error": error}, separators=(",", ":")).encode()


@pytest.mark.parametrize("fail", ["429abc", "0429", "429&fail=500"])
def test_m1_fail_has_words_for_exactly_two_numbers(client, fail):
    answer = client.chat(query=f"?fail={fail}")
    assert answer.status == 429
    error = answer.json["error"]
    assert (error["message"], error["type"], error.get("code")) == ("Simulated 429 error", "simulated_error", None)


def test_m1_a_parameter_given_twice_is_a_list_that_is_read_as_a_text(client):
    answer = client.chat(query="?fail=timeout&fail=timeout")
    assert (answer.status, answer.json["error"]["message"]) == (400, "Unknown fail type: timeout,timeout")


def test_m1_fail_comes_before_stream(client):
    assert client.chat(query="?stream=true&fail=500").status == 500


def test_m1_timeout_is_504_after_30_seconds(plan):
    planned = plan(query="fail=timeout", preset=PRESET)
    assert planned.first == 30.0
    assert planned.all.startswith(b"HTTP/1.1 504 ")
    assert planned.all.endswith(b'{"error":{"message":"Gateway timeout","type":"timeout_error"}}')


@pytest.mark.parametrize(
    ("query", "seconds"),
    [
        ("delay=3000", 3.0),
        ("delay=2000", 2.0),
        ("delay=0", 0.0),
        ("delay=", 0.0),
        ("delay=12abc", 0.012),
        ("delay=abc", 0.0),
        ("delay=-5", 0.0),
    ],
)
def test_m1_delay_is_milliseconds_before_the_answer(plan, query, seconds):
    planned = plan(query=query, preset=PRESET)
    assert (planned.first, planned.end) == (seconds, seconds)
    assert planned.all.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(("query", "seconds"), [("delay=2000&fail=500", 2.0), ("delay=2000&fail=timeout", 32.0)])
def test_m1_delay_adds_to_a_failure(plan, query, seconds):
    assert plan(query=query, preset=PRESET).first == seconds


def test_m1_delay_comes_before_a_stream(plan):
    planned = plan(query="delay=2000&stream=true", preset=PRESET)
    assert (planned.first, planned.end) == (2.0, 2.6)


def test_m1_empty_parameters_ask_for_nothing(client):
    assert client.chat(query="?fail=&delay=&fail_chunk=&stream=").text == HELLO


def test_m1_health(client):
    answer = client.get("/health")
    assert (answer.status, answer.body) == (200, b'{"status":"healthy"}')


@pytest.mark.parametrize(("environment", "port"), [({}, 8001), ({"PORT": "9000"}, 9000)])
def test_m1_starts_on_8001_or_where_port_says(command, environment, port):
    server = command(f"understudy serve --preset {PRESET}", **environment).server
    assert (server.host, server.port) == ("localhost", port)
