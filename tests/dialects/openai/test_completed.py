"""Events of completions that streams share: the very bytes of those that each stream writes, of no request."""

from __future__ import annotations

import gc
import json
from random import Random
from types import FunctionType, ModuleType

import msgspec
import pytest
from msgspec import Struct

from understudy.dialects.openai import completed
from understudy.model.call import Call

PATH = "/v1/completions"
SCRIPT = """
rules:
  - {when: {user: {contains: count}}, reply: {generate: {tokens: 9}, usage: {prompt_tokens: 7}}}
  - {when: {user: {contains: nothing}}, reply: {template: '{{ "" }}'}}
  - {when: {user: {contains: one}}, reply: {template: '{{ "a" }}'}}
  - {when: {user: {contains: fixed}}, reply: 'Some "words" — żółć 日本.'}
  - {when: {user: {contains: say}}, reply: {template: 'You ask {{ messages[-1].content }} — 日本.'}}
  - {reply: {generate: {tokens: 40}}}
"""
ASKED = (
    {},
    {"max_tokens": 1},
    {"max_tokens": 300, "stop": ["a", "e"]},
    {"stream_options": {"include_usage": True}},
    {"echo": True},
    {"echo": True, "logprobs": 2},
    {"logprobs": 0},
    {"n": 3},
    {"n": 2, "logprobs": 1, "max_tokens": 4},
)


@pytest.fixture
def told(engine, ask):
    """Ask several streams of one server, in that order; return what each says."""

    def tell(model, unit, order):
        to, found = engine(SCRIPT, stream_unit=unit, validation="lenient"), {}
        for user, at in order:
            found[user, at] = ask({"model": model, "prompt": user, "stream": True, **ASKED[at]}, PATH, to=to).body
        return found

    return tell


@pytest.mark.parametrize("unit", ["token", "word", "char"])
@pytest.mark.parametrize("model", ["gpt-3.5-turbo-instruct", "davinci-002"])
def test_they_are_the_bytes_of_those_that_each_stream_writes(model, unit, told, monkeypatch):
    words = ("say", "count", "nothing", "one", "fixed", "more")
    order = [(f"{word} {again}", at) for again in range(2) for word in words for at in range(len(ASKED))]
    order = Random(model + unit).sample(order, 60)
    shared = told(model, unit, order)

    class Alone(completed._Events):
        def __missing__(self, text):
            return self.event(text)

    monkeypatch.setattr(completed, "_events", lambda model, index, usage: Alone(model, index, usage=usage))
    assert told(model, unit, order) == shared
    for (_, at), said in shared.items():
        events = [event.removeprefix(b"data: ") for event in said.split(b"\n\n")[:-2]]
        documents = [json.loads(event) for event in events]
        assert [*map(msgspec.json.encode, documents)] == events
        choices = [choice for each in documents for choice in each["choices"]]
        for index in range(ASKED[at].get("n", 1)):
            own = [choice for choice in choices if choice["index"] == index]
            assert [choice["finish_reason"] is None for choice in own] == [True] * (len(own) - 1) + [False]
            assert all((choice["logprobs"] is None) == ("logprobs" not in ASKED[at]) for choice in own)


def test_an_event_is_written_once_for_all_streams_that_say_it(engine, ask, monkeypatch):
    written, write = [], completed._encode
    monkeypatch.setattr(completed, "_encode", lambda value: written.append(value) or write(value))
    completed._events.cache_clear()
    to = engine("rules: [{reply: {template: '{{ messages[-1].content }}: qux zyx qux zyx'}}]")
    for _ in range(5):
        ask({"model": "gpt-3.5-turbo-instruct", "prompt": "tell", "stream": True}, PATH, to=to)
    texts = [value["text"] for value in written if isinstance(value, dict) and value["finish_reason"] is None]
    assert texts
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("more", [{}, {"n": 2}, {"echo": True, "logprobs": 1}])
def test_a_stream_holds_no_call(more, engine, make_request):
    to = engine("timing: {ttft: 1s, itl: 1s}\nrules: [{reply: {generate: {tokens: 9}}}]", validation="lenient")
    plan = to.respond(make_request({"model": "gpt-3.5-turbo-instruct", "prompt": "say", "stream": True, **more}, PATH))
    seen, left = set(), [plan.steps]
    while left:
        one = left.pop()
        if id(one) in seen or isinstance(one, type | ModuleType):
            continue
        seen.add(id(one))
        assert not isinstance(one, Call | completed.Choice)
        if isinstance(one, Struct):  # of which the collector may be told nothing
            left += [getattr(one, field) for field in one.__struct_fields__]
        left += [one.__closure__] if isinstance(one, FunctionType) else gc.get_referents(one)
