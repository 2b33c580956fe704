"""What the chunks of streams say is written once for all: the very bytes of those written whole, of no request."""

from __future__ import annotations

import json
from random import Random

import pytest

from understudy.dialects.gemini import chunks
from understudy.dialects.gemini.events import written

SCRIPT = """
rules:
  - {when: {user: {contains: think}}, reply: {generate: {tokens: 30}, reasoning: Let me see.}}
  - {when: {user: {contains: call}}, reply: {template: I look., tool_calls: [{name: f, arguments: {city: Oslo}}]}}
  - {when: {user: {contains: count}}, reply: {generate: {tokens: 9}, usage: {prompt_tokens: 7, cached_tokens: 3}}}
  - {when: {user: {contains: nothing}}, reply: {template: '{{ "" }}'}}
  - {when: {user: {contains: fixed}}, reply: 'Some "words" — żółć 日本.'}
  - {when: {user: {contains: say}}, reply: {template: 'You {{ messages[-1].content }} — 日本.'}}
  - {reply: {generate: {tokens: 40}}}
"""
ASKED = (
    {},
    {"maxOutputTokens": 1},
    {"maxOutputTokens": 300, "stopSequences": ["a", "e"]},
    {"candidateCount": 3},
    {"candidateCount": 2, "thinkingConfig": {"includeThoughts": True}},
    {"thinkingConfig": {"includeThoughts": True}},
)


@pytest.fixture
def told(engine, ask):
    """Ask several streams of one server, in that order; return the documents that each says, as they are spelled."""

    def tell(unit, order):
        to, found = engine(SCRIPT, stream_unit=unit), {}
        for user, at in order:
            body = {"contents": [{"role": "user", "parts": [{"text": user}]}], "generationConfig": ASKED[at]}
            said = ask(body, "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", to=to).body
            found[user, at] = [event.removeprefix(b"data: ") for event in said.split(b"\r\n\r\n")[:-1]]
        return found

    return tell


@pytest.mark.parametrize("unit", ["token", "word", "char"])
def test_they_are_the_bytes_of_those_that_each_stream_writes(unit, told, monkeypatch):
    words = ("say", "think", "call", "count", "nothing", "fixed", "more")
    order = [(f"{word} {again}", at) for again in range(2) for word in words for at in range(len(ASKED))]
    order = Random(unit).sample(order, 60)
    shared = told(unit, order)
    alone = type("Alone", (dict,), {"__missing__": lambda self, text: self["make"](text)})

    def beginnings(index, is_thought):
        return alone(make=lambda text: chunks.beginning(chunks.chunk(index, chunks.text_part(text, is_thought=is_thought))))

    monkeypatch.setattr(chunks, "_beginnings", beginnings)
    assert told(unit, order) == shared
    for said in shared.values():
        documents = [*map(json.loads, said)]
        assert [*map(written, documents)] == said
        assert all([*each] == ["candidates", "usageMetadata", "modelVersion", "responseId"] for each in documents)
        totals = [each["usageMetadata"]["totalTokenCount"] for each in documents]
        assert totals == sorted(totals)
        assert len({each["responseId"] for each in documents}) == 1


def test_what_a_chunk_says_is_written_once_for_all_streams_that_say_it(engine, ask, monkeypatch):
    begun, begin = [], chunks.beginning
    monkeypatch.setattr(chunks, "beginning", lambda candidate: begun.append(candidate) or begin(candidate))
    chunks._beginnings.cache_clear()
    to = engine("rules: [{reply: {template: '{{ messages[-1].content }}: qux zyx qux zyx'}}]")
    body = {"contents": [{"role": "user", "parts": [{"text": "tell"}]}]}
    for _ in range(5):
        ask(body, "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", to=to)
    texts = [candidate["content"]["parts"][0]["text"] for candidate in begun if "finishReason" not in candidate]
    assert texts
    assert len(texts) == len(set(texts))
