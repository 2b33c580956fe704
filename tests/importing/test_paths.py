"""What patterns of paths mean."""

from __future__ import annotations

import pytest

from understudy.importing.paths import call_of, conditions, places


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("/v1/chat/completions", {("chat", "openai")}),
        ("^/v1/messages$", {("chat", "anthropic")}),
        ("^/v1/models", {("models", "openai")}),
        ("/v1/embeddings|/v1/completions", {("embedding", "openai"), ("completion", "openai")}),
        ("generateContent", {("chat", "gemini")}),
        ("/nowhere", set()),
    ],
)
def test_paths_that_are_served(pattern, meant):
    assert places(pattern) == meant


def test_the_protocol_is_named_where_another_is_meant_too():
    chat, messages = places("/v1/chat/completions"), places("/v1/messages")
    assert conditions(chat, [chat]) == {"operation": "chat"}
    assert conditions(chat, [chat, messages]) == {"operation": "chat", "dialect": "openai"}
    assert conditions(places(".*"), [chat]).get("dialect") is None


def test_a_pattern_that_is_none():
    with pytest.raises(ValueError, match="missing \\)"):
        places("(")
    with pytest.raises(ValueError, match="invalid perl operator"):
        places("(?=a)")


def test_a_chat_is_read_as_openai_says_it():
    assert (call_of(places("chat/completions")).operation, call_of(places("chat/completions")).dialect) == ("chat", "openai")
    assert call_of(places("/v1/messages")).dialect == "anthropic"
