"""Invoke in Cohere's forms."""

from __future__ import annotations

import pytest

R = "/model/cohere.command-r-v1:0/invoke"
COMMAND = "/model/cohere.command-light-text-v14/invoke"


@pytest.fixture
def server(engine):
    return engine(
        """
rules:
  - {when: {system: brief, messages: earlier, user: hi}, reply: seen}
  - {when: {user: rank}, reply: {embedding: [0.2, 0.9, 0.4]}}
  - {reply: one two three}
"""
    )


def test_rules_see_the_whole_conversation(ask, server):
    body = {"message": "hi", "preamble": "brief", "chat_history": [{"role": "USER", "message": "earlier"}]}
    assert ask(body, R, to=server).json["text"] == "seen"


@pytest.mark.parametrize(
    ("wishes", "text", "reason"),
    [
        ({}, "one two three", "COMPLETE"),
        ({"max_tokens": 1}, "one", "MAX_TOKENS"),
        ({"stop_sequences": [" three"]}, "one two", "COMPLETE"),
    ],
)
def test_both_forms_say_why_they_ended(ask, server, wishes, text, reason):
    chat = ask({"message": "x", **wishes}, R, to=server).json
    assert (chat["text"], chat["finish_reason"]) == (text, reason)
    (generation,) = ask({"prompt": "x", **wishes}, COMMAND, to=server).json["generations"]
    assert (generation["text"], generation["finish_reason"]) == (text, reason)


def test_documents_are_ranked(ask, server):
    body = {"query": "rank", "documents": ["a", {"title": "b"}, "c"], "top_n": 2, "api_version": 2}
    found = ask(body, "/model/cohere.rerank-v3-5:0/invoke", to=server).json
    assert found == {"results": [{"index": 1, "relevance_score": 0.9}, {"index": 2, "relevance_score": 0.4}]}
