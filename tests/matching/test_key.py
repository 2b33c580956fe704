"""`key`: where clients put API keys."""

import pytest


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({"authorization": "Bearer sk-1"}, "sk-1"),
        ({"authorization": "bearer   sk-1 "}, "sk-1"),
        ({"x-api-key": "sk-1"}, "sk-1"),
        ({"api-key": "sk-1"}, "sk-1"),
        ({"x-goog-api-key": "sk-1"}, "sk-1"),
        ({"authorization": "Bearer sk-1", "x-api-key": "sk-2"}, "sk-1"),
        ({"authorization": "Basic sk-1", "x-api-key": "sk-2"}, "sk-2"),
        ({"authorization": "Basic sk-1"}, None),
        ({"authorization": "Bearer "}, None),
        ({"authorization": "sk-1"}, None),
        ({"x-api-key": " "}, None),
        ({}, None),
    ],
)
def test_the_key(ask, headers, key):
    assert (ask({"key": True}, headers=headers) is not None) is (key is not None)
    assert (ask({"key": False}, headers=headers) is not None) is (key is None)
    if key:
        assert ask({"key": key}, headers=headers) == {}
        assert ask({"key": {"prefix": "sk-"}}, headers=headers) == {}
        assert ask({"key": "other"}, headers=headers) is None


def test_the_key_of_a_query_is_one(engine, ask_engine):
    script = """
rules:
  - {when: {key: key-a}, reply: "a"}
  - {when: {key: false}, reply: "none"}
  - {when: {key: true}, reply: "another"}
"""
    to = engine(script)
    for query, said in [("?key=key-a", "a"), ("", "none"), ("?key=key-b", "another")]:
        body = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
        answer = ask_engine(to, body, f"/v1beta/models/gemini-2.5-flash:generateContent{query}")
        assert answer.json["candidates"][0]["content"]["parts"][0]["text"] == said


def test_a_miss_shows_no_key(reasons):
    sent = {"authorization": "Bearer sk-sent-0123456789abcdef"}
    assert reasons({"key": "sk-want-0123456789abcxyz"}, headers=sent) == ["key: expected '...cxyz', got '...cdef'"]
    assert reasons({"key": False}, headers=sent) == ["key: expected none, got '...cdef'"]
