"""Probabilities of what Cohere says, and embeddings of nothing."""

from __future__ import annotations

import json

import pytest

from understudy.dialects import Moment, Options
from understudy.dialects.cohere.odds import odds_of_pieces
from understudy.engine.decision import Decision
from understudy.text.tokens import encoding

SCRIPT = "rules: [{when: {user: think}, reply: {reasoning: Hm., text: So.}}, {reply: one two three}]"


@pytest.fixture
def said(ask, engine):
    server = engine(SCRIPT)

    def ask_for(user="hi", **fields):
        body = {"model": "command-a-03-2025", "messages": [{"role": "user", "content": user}], **fields}
        return ask(body, "/v2/chat", to=server)

    return ask_for


def deltas(answer):
    events = [json.loads(line[6:]) for line in answer.body.decode().splitlines() if line.startswith("data: {")]
    return [event for event in events if event["type"] == "content-delta"]


def test_each_token_of_an_answer_is_told_of(said):
    found = said(logprobs=True).json
    assert list(found) == ["id", "message", "finish_reason", "usage", "logprobs"]
    assert [item["text"] for item in found["logprobs"]] == ["one", " two", " three"]
    for item in found["logprobs"]:
        assert (encoding("o200k_base").decode(item["token_ids"]), item["logprobs"][0] < 0) == (item["text"], True)
    assert "logprobs" not in said().json
    assert "logprobs" not in said(logprobs=False).json


def test_each_piece_of_a_stream_is_told_of(said):
    for _ in range(2):
        found = deltas(said(logprobs=True, stream=True))
        assert [event["logprobs"]["text"] for event in found] == ["one", " two", " three"]
        assert [event["delta"]["message"]["content"]["text"] for event in found] == ["one", " two", " three"]
        assert all("logprobs" not in event for event in deltas(said(stream=True)))


def test_thoughts_are_not_told_of(said):
    assert [item["text"] for item in said("think", logprobs=True).json["logprobs"]] == ["So", "."]
    assert ["logprobs" in event for event in deltas(said("think", logprobs=True, stream=True))] == [False, False, True, True]


def test_a_piece_has_the_tokens_that_begin_in_it():
    tell = odds_of_pieces(["one tw", "o three"], 0, Moment(Decision(bytes(16)), b"", b"", 0, Options()))
    assert [len(tell(at)["token_ids"]) for at in (0, 1)] == [2, 1]
