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


def test_a_miss_shows_no_key(reasons):
    sent = {"authorization": "Bearer sk-sent-0123456789abcdef"}
    assert reasons({"key": "sk-want-0123456789abcxyz"}, headers=sent) == ["key: expected '...cxyz', got '...cdef'"]
    assert reasons({"key": False}, headers=sent) == ["key: expected none, got '...cdef'"]
