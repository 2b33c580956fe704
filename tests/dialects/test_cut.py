"""Texts whose tokens are known are not counted again, whoever the provider is; pieces that many streams say are held once."""

from __future__ import annotations

import pytest

from understudy.dialects import _cut
from understudy.dialects._cut import known_tokens, parted
from understudy.model.reply import Reply, Text
from understudy.text.tokens import Encoding, encoding

MADE = Reply((Text("Six blue cars"),), atoms=("Six", " blue", " cars"))
HEAD = {"anthropic-version": "2023-06-01", "x-api-key": "any", "authorization": "Bearer any"}
ASKED = {
    "/v1/messages": {"model": "claude-sonnet-4-5", "max_tokens": 500},
    "/cohere/v2/chat": {"model": "command-a-03-2025"},
    "/ollama/api/chat": {"model": "llama3.2", "stream": False},
    "/mistral/v1/chat/completions": {"model": "mistral-large-latest"},
    "/vllm/v1/chat/completions": {"model": "gpt-4o"},
}


def test_tokens_of_a_text_that_was_made_of_them_are_known():
    assert known_tokens(MADE, "Six blue cars") == encoding("o200k_base").count("Six blue cars") == 3
    assert known_tokens(MADE, "Six blue") is None
    assert known_tokens(Reply((Text("Six blue cars"),)), "Six blue cars") is None


@pytest.mark.parametrize("path", ASKED)
def test_generated_texts_are_counted_by_nobody_and_cost_the_same(service, ask, monkeypatch, path):
    to, asked = service("rules:\n  - reply: {generate: {tokens: 40}}\n").engine, []
    count = Encoding.count
    monkeypatch.setattr(Encoding, "count", lambda self, text: asked.append(text) or count(self, text))
    body = {**ASKED[path], "messages": [{"role": "user", "content": "say something"}]}
    answer = ask(body, to=to, path=path, headers=HEAD)
    assert answer.status == 200
    assert [text for text in asked if len(text) > 60] == []


def test_short_texts_are_one_object_for_all_streams_and_long_ones_are_not_kept():
    said = [[(f"{word}!", 1) for word in ("short", "long" * 20)] for _ in range(2)]
    (one, tokens), (other, _) = map(parted, said)
    assert list(one) == list(other) == ["short!", "long" * 20 + "!"]
    assert list(tokens) == [1, 1]
    assert one[0] is other[0]
    assert one[1] is not other[1]


def test_no_more_texts_are_kept_than_there_is_room_for():
    for number in range(20_000):
        parted([(f"a text of its own {number}", 1)])
    assert len(_cut._texts) <= 8_192
