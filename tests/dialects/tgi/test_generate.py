"""Events of `/generate_stream` that streams share: the very bytes of those that each stream writes itself."""

from __future__ import annotations

import json
from functools import partial
from importlib import import_module
from random import Random

import msgspec
import pytest

from understudy.engine.decision import Decision
from understudy.model.frame import Frames

generate = import_module("understudy.dialects.tgi.generate")  # the package has a function of that name
SCRIPT = """
rules:
  - {when: {user: {contains: think}}, reply: {generate: {tokens: 30}, reasoning: Let me see.}}
  - {when: {user: {contains: call}}, reply: {template: I look., tool_calls: [{name: f, arguments: {city: Oslo}}]}}
  - {when: {user: {contains: count}}, reply: {generate: {tokens: 9}, usage: {prompt_tokens: 7, cached_tokens: 3}}}
  - {when: {user: {contains: nothing}}, reply: {template: '{{ "" }}'}}
  - {when: {user: {contains: one}}, reply: {template: '{{ "a" }}'}}
  - {when: {user: {contains: fixed}}, reply: 'Some "words" — żółć 日本.'}
  - {reply: {generate: {tokens: 40}}}
"""
ASKED = (
    {},
    {"max_new_tokens": 1},
    {"max_new_tokens": 3, "details": True},
    {"max_new_tokens": 300, "stop": ["a", "e"]},
    {"return_full_text": True},
    {"top_n_tokens": 2, "details": True},
)


@pytest.fixture
def told(engine, ask):
    """Ask several streams of one server, in that order; return what each says."""

    def tell(unit, order):
        to = engine(SCRIPT, stream_unit=unit)
        asked = {(user, at): {"inputs": user, "parameters": ASKED[at]} for user, at in order}
        return {key: ask(body, "/tgi/generate_stream", to=to).body for key, body in asked.items()}

    return tell


@pytest.mark.parametrize("unit", ["token", "word", "char"])
def test_they_are_the_bytes_of_those_that_each_stream_writes(unit, told, monkeypatch):
    words = ("say", "think", "call", "count", "nothing", "one", "fixed")
    order = [(f"{word} {again}", at) for again in range(2) for word in words for at in range(len(ASKED))]
    order = Random(unit).sample(order, 60)
    shared = told(unit, order)
    generate._members.clear()
    monkeypatch.setattr(generate._members, "_longest", -1)
    assert told(unit, order) == shared
    for (user, at), said in shared.items():
        events = [json.loads(event.removeprefix(b"data:")) for event in said.split(b"\n\n")[:-1]]
        assert b"".join(b"data:" + msgspec.json.encode(event) + b"\n\n" for event in events) == said
        assert [event["index"] for event in events] == list(range(1, len(events) + 1))
        assert all(event["generated_text"] is event["details"] is None for event in events[:-1])
        text = "".join(event["token"]["text"] for event in events)
        assert events[-1]["generated_text"] == (user if ASKED[at].get("return_full_text") else "") + text
        assert all(event["token"] == generate._token(event["token"]["text"]) for event in events)
        assert (events[-1]["details"] is not None) == (ASKED[at].get("details") is True)


def events_of(texts, **own):
    return generate._Events(texts, generate._said, generate._Ending(**{"before": "", "text": None, "details": b"null", **own}))


def test_each_is_the_same_whichever_is_looked_at_first():
    events = events_of(["one", " two", " three"], before="say: ")
    forwards = list(events)
    assert [events[at] for at in (2, 1, 0)] == forwards[::-1]
    frames = Frames(events)
    frames.settle("one two three")
    assert [data for data, _ in frames] == forwards
    assert not isinstance(events._texts, list)


def test_a_text_that_its_pieces_do_not_make_up_is_told_as_it_is():
    *_, last = events_of(["one"], text="another")
    assert json.loads(last[5:])["generated_text"] == "another"


def test_nothing_is_drawn_before_it_is_due(monkeypatch):
    drawn, top = [], generate._top
    monkeypatch.setattr(generate, "_top", lambda *asked: drawn.append(asked[:3]) or top(*asked))
    said = partial(generate._likeliest, 2, Decision(b"0123456789abcdef"))
    events = generate._Events(["one", " two"], said, generate._Ending("", None, b"null"))
    assert not drawn
    assert b'"top_tokens":[{' in events[1]
    assert drawn == [(" two", 1, 2)]
