"""Raw answers: the script's bytes, in the server's framing."""

from __future__ import annotations

import pytest

RAW = """
rules:
  - name: odd
    when: {user: parts}
    reply:
      raw:
        headers: {content-type: text/event-stream, x-mine: "1"}
        chunks: [{after: 10ms, data: "a\\n"}, {after: 20ms, base64: /w==}]
  - when: {user: one}
    reply: {raw: {status: 418, chunks: [{data: tea}]}, headers: {x-more: "2"}}
  - when: {user: none}
    reply: {raw: {status: 204}}
  - when: {operation: embedding}
    reply: {raw: {chunks: [{data: "[]"}]}}
  - when: {user: late}
    reply: {raw: {chunks: [{after: 1s, data: x}]}, timing: {latency: 2s, scale: 0.5}}
"""


def chat(user, **more):
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": user}], **more}


@pytest.fixture
def answers(engine, ask_engine):
    raw = engine(RAW)
    return lambda user, **more: ask_engine(raw, chat(user), **more)


def test_parts_are_sent_each_in_its_time(answers):
    got = answers("parts")
    assert (got.status, got.headers["x-mine"], got.headers["x-understudy-rule"]) == (200, "1", "odd")
    waits = [step for step in got.steps if isinstance(step, float)]
    assert waits == [0.01, 0.02]
    assert got.data.endswith(b"2\r\na\n\r\n1\r\n\xff\r\n0\r\n\r\n")


def test_one_part_has_a_length(answers):
    got = answers("one")
    assert (got.status, got.headers["content-length"], got.headers["x-more"], got.body) == (418, "3", "2", b"tea")


def test_no_body(answers):
    got = answers("none")
    assert (got.status, "content-length" in got.headers, got.body) == (204, False, b"")


def test_waits_are_scaled(answers):
    assert [step for step in answers("late").steps if isinstance(step, float)] == [1.0, 0.5]


def test_a_client_of_1_0_is_closed_on(answers):
    got = answers("parts", version="1.0", keep_alive=False)
    assert got.data.endswith(b"connection: close\r\n\r\na\n\xff") or got.data.endswith(b"\r\n\r\na\n\xff")
    assert "transfer-encoding" not in got.headers


def test_other_operations(engine, ask_engine):
    got = ask_engine(engine(RAW), {"model": "m", "input": ["a", "b"]}, "/v1/embeddings")
    assert got.body == b"[]"
