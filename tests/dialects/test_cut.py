"""Texts whose tokens are known are not counted again, whoever the provider is; pieces that many streams say are held once."""

from __future__ import annotations

import pytest

from understudy.dialects import Options, _cut
from understudy.dialects._cut import Atoms, known_tokens, parted, pieces, within
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


@pytest.mark.parametrize("limit", range(5))
def test_a_text_made_of_tokens_is_cut_where_counting_would_cut_it(limit):
    counted = within(Reply((Text("Six blue cars"),)), "Six blue cars", encoding("o200k_base"), limit)
    assert within(MADE, "Six blue cars", encoding("o200k_base"), limit) == counted
    assert within(MADE, "Six blue", encoding("o200k_base"), limit) == encoding("o200k_base").cut("Six blue", limit)


@pytest.mark.parametrize("path", ASKED)
def test_generated_texts_are_cut_without_being_counted(service, ask, monkeypatch, path):
    to, asked = service("rules:\n  - reply: {generate: {tokens: 40}}\n").engine, []
    cut = Encoding.cut
    monkeypatch.setattr(Encoding, "cut", lambda self, text, limit: asked.append(text) or cut(self, text, limit))
    limit = {"options": {"num_predict": 9}} if "ollama" in path else {"max_tokens": 9}
    answer = ask(
        {**ASKED[path], **limit, "messages": [{"role": "user", "content": "say something"}]}, to=to, path=path, headers=HEAD
    )
    assert answer.status == 200
    assert asked == []


@pytest.mark.parametrize("said", ["Six", "Six blue", "Six blue cars"])
def test_the_beginning_of_a_text_is_told_by_its_own_tokens(said):
    found = pieces(said, MADE, encoding("o200k_base"), Options(), None)
    assert isinstance(found, Atoms)
    assert "".join(text for text, _ in found) == said


@pytest.mark.parametrize(("said", "told"), [("Six bl", ["Six", " bl"]), ("", [])])
def test_one_that_ends_within_a_token_ends_there(said, told):
    assert [text for text, _ in pieces(said, MADE, encoding("o200k_base"), Options(), None)] == told
