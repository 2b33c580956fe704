"""What is rendered once is what would be made anew: answers, and what is kept of them."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from understudy.dialects.openai_responses.output import Output, Said
from understudy.dialects.openai_responses.press import Press
from understudy.dialects.openai_responses.spoken import Spoken, form, spoken
from understudy.dialects.openai_responses.told import Alone, Asked, Fixed
from understudy.model.lazy import Sliced

RULES = """
rules:
  - when: {user: {contains: called}}
    reply: {tool_calls: [{name: f, arguments: {city: Paris}}, {id: call_1, name: g, arguments: {}}]}
  - {when: {user: {contains: named}}, reply: {tool_calls: [{id: call_1, name: f, arguments: {city: Oslo}}]}}
  - {when: {user: {contains: thought}}, reply: {reasoning: Let me think., text: Some words.}}
  - {when: {user: {contains: counted}}, reply: {text: Some words., usage: {completion_tokens: 100, cached_tokens: 5}}}
  - {when: {user: {contains: declined}}, reply: {refusal: I cannot help with that.}}
  - {when: {user: {contains: filtered}}, reply: {text: Some words., finish: content_filter}}
  - {when: {user: {contains: made up}}, reply: {generate: {tokens: 12}, tool_calls: [{name: f, arguments: {}}]}}
  - {when: {user: {contains: repeated}}, reply: {template: "You said: {{ user }}"}}
  - reply: "Some words of an answer, and then \\"more\\"."
timing: {ttft: 1s, itl: {uniform: {min: 100ms, max: 900ms}}}
"""
TURNS = [{"role": "assistant", "content": "a"}, {"role": "user", "content": "b"}]
SAID = ("plain", "called", "named", "thought", "counted", "declined", "filtered", "made up", "repeated", TURNS)
ASKED = (
    {},
    {"model": "o3", "reasoning": {"effort": "high"}},
    {"model": "o3", "reasoning": {"effort": "low"}},
    {"model": "o3", "reasoning": {"effort": "low", "summary": "auto"}},
    {"include": ["message.output_text.logprobs"]},
    {"tools": [{"type": "custom", "name": "f"}]},
    {"background": True},
    {"model": "gpt-5.6", "service_tier": "fast"},
    {"max_output_tokens": 3},
    {"store": False, "metadata": {"a": "b"}},
    {"tools": [{"type": "function", "name": "f", "parameters": None}], "instructions": "Be kind."},
)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("said", SAID, ids=repr)
def test_what_is_rendered_once_is_what_would_be_made(talk, monkeypatch, said, stream):
    """Each is asked for twice: what it is called, and what is kept under that name, is told by `GET`."""
    clients = talk(RULES, validation="lenient"), talk(RULES, validation="lenient")
    for asked in (*ASKED, *ASKED):
        found = []
        for client, is_made in zip(clients, (False, True), strict=True):
            with monkeypatch.context() as anew:
                if is_made:
                    anew.setattr(Press, "told", lambda *_: None)
                got = client.create(said, stream=stream, **asked)
            response = got.events[0]["response"] if stream else got.json
            kept = [client("GET", f"/responses/{response['id']}{more}").raw for more in ("", "/input_items")]
            found.append((got.raw, got.due, kept))
        assert found[0] == found[1], asked


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_what_nobody_wants_kept_costs_the_store_nothing(talk, stream):
    client = talk()
    client.create(store=False, stream=stream)
    assert client.engine.state.store("default").names("response") == []
    client.create(stream=stream)
    assert len(client.engine.state.store("default").names("response")) == 1


def test_a_stream_may_say_something_else(talk):
    client = talk("rules: [{reply: {text: whole, stream_text: streamed}}]")
    for _ in range(2):
        assert client.create().json["output"][0]["content"][0]["text"] == "whole"
        assert client.create(stream=True).events[-1]["response"]["output"][0]["content"][0]["text"] == "streamed"


@pytest.mark.parametrize(("said", "kind", "forms"), [("made up", Alone, 0), ("repeated", Spoken, 1), ("plain", Fixed, 0)])
def test_a_text_is_told_by_its_form_and_anything_else_that_is_made_up_alone(talk, monkeypatch, said, kind, forms):
    found = []
    told = Press.told

    def tell(self, *asked):
        found.append((self, told(self, *asked)))
        return found[-1][1]

    monkeypatch.setattr(Press, "told", tell)
    client = talk(RULES)
    for more in ("", " and more", ""):
        client.create(said + more, stream=True)
    (press, first), (_, other), _ = found
    assert {type(answer) for _, answer in found} == {kind}
    assert (len(press._forms), len(press._fixed), first is other) == (forms, kind is Fixed, kind is Fixed)
    assert not any(said.cut for said in first.output.said)


def test_forms_are_as_few_as_the_ways_in_which_answers_differ(talk, monkeypatch):
    """A client that changes its limit with every call, or names many models, makes no more of them."""
    found = []
    told = Press.told
    monkeypatch.setattr(Press, "told", lambda self, *asked: found.append(self) or told(self, *asked))
    client = talk(RULES, validation="lenient")
    for limit in range(100, 110):
        client.create("repeated", stream=True, max_output_tokens=limit, model=f"gpt-4o-{limit}")
    assert len(found[0]._forms) == 1
    others = (
        {"model": "o3"},
        {"model": "gpt-5.4"},
        {"max_output_tokens": 2},
        {"stream_options": {"include_obfuscation": False}},
    )
    for more in others:
        client.create("repeated", stream=True, **more)
    assert len(found[0]._forms) == 1 + len(others)


def test_the_pieces_of_a_text_settle_in_it():
    """What is said stays the same, before and behind the first event."""
    cut = [("one", 1), (" two", 2), ("", 0)]
    message = {"id": "msg_1", "type": "message", "status": "completed", "content": [{"type": "output_text", "text": "one two"}]}
    output = Output([Said(message, cut)], 3)
    call = SimpleNamespace(extra=SimpleNamespace(obfuscate=True))
    found = spoken(output, form(call, output, Asked()))
    events = found.events(())
    said, listed = list(events), found.items(())
    events.settle("another")
    assert isinstance(found.texts, list)
    events.settle("one two")
    assert isinstance(found.texts, Sliced)
    assert (list(events), found.items(())) == (said, listed)
    assert [json.loads(event.split(b"data: ")[1])["sequence_number"] for event in said] == list(range(2, 2 + len(said)))


@pytest.mark.parametrize("settings", [{"stream_tokens_max": 3}, {"stream_unit": "char"}], ids=repr)
def test_streams_in_other_pieces_are_told_as_they_would_be_made(talk, monkeypatch, settings):
    found = []
    for is_made in (False, True):
        if is_made:
            monkeypatch.setattr(Press, "told", lambda *_: None)
        got = talk(RULES, **settings).create("plain", stream=True)
        found.append((got.raw, got.due))
    assert found[0] == found[1]
