"""Lines that streams share: the very bytes of those that each stream writes itself, and nothing held of a request."""

from __future__ import annotations

import gc
import json
from random import Random
from types import FunctionType, ModuleType

import msgspec
import pytest
from msgspec import Struct

from understudy.dialects.ollama import lines, told
from understudy.model.call import Call
from understudy.model.plan import Plan

SCRIPT = """
rules:
  - {when: {user: {contains: think}}, reply: {generate: {tokens: 30}, reasoning: Let me see.}}
  - {when: {user: {contains: call}}, reply: {template: I look., tool_calls: [{name: f, arguments: {city: Oslo}}]}}
  - {when: {user: {contains: count}}, reply: {generate: {tokens: 9}, usage: {prompt_tokens: 7}}}
  - {when: {user: {contains: nothing}}, reply: {template: '{{ "" }}'}}
  - {when: {user: {contains: fixed}}, reply: 'Some "words" — żółć 日本.'}
  - {reply: {generate: {tokens: 40}}}
"""
ASKED = (
    {},
    {"options": {"num_predict": 1}},
    {"options": {"num_predict": 300, "stop": ["a", "e"]}},
    {"think": False},
    {"raw": True},
    {"logprobs": True, "top_logprobs": 2},
)


@pytest.fixture
def stream(engine, ask):
    """Ask several streams of one server, in that order; return what each says."""

    def tell(path, unit, order):
        to, found = engine(SCRIPT, stream_unit=unit), {}
        for user, at in order:
            said = {"prompt": user} if "generate" in path else {"messages": [{"role": "user", "content": user}]}
            found[user, at] = ask({"model": "qwen3", **said, **ASKED[at]}, path, to=to).body
        return found

    return tell


@pytest.mark.parametrize("unit", ["token", "word", "char"])
@pytest.mark.parametrize("path", ["/api/chat", "/api/generate"])
def test_they_are_the_bytes_of_those_that_each_stream_writes(path, unit, stream, monkeypatch):
    words = ("say", "think", "call", "count", "nothing", "fixed")
    order = [(f"{word} {again}", at) for again in range(2) for word in words for at in range(len(ASKED))]
    order = Random(path + unit).sample(order, 50)
    shared = stream(path, unit, order)

    def alone(said, text, kind):
        members = {"text": text} if kind == "text" else {"text": "", **({"thinking": text} if text else {})}
        return b'",' + msgspec.json.encode({**said(members), "done": False})[1:] + b"\n"

    class Alone(dict):
        def __missing__(self, key):
            said, kind = key
            table = type("Written", (dict,), {"__missing__": lambda _, text: alone(said, text, kind)})
            return table()

    monkeypatch.setattr(told, "_TABLES", Alone())
    assert stream(path, unit, order) == shared
    for said in shared.values():
        found = [json.loads(line) for line in said.splitlines()]
        assert b"".join(msgspec.json.encode(line) + b"\n" for line in found) == said
        assert [line["done"] for line in found] == [False] * (len(found) - 1) + [True]
        assert all([*line][:2] == ["model", "created_at"] and [*line][-1] == "done" for line in found[:-1])
        stamps = [line["created_at"].removesuffix("Z").ljust(29, "0") for line in found]
        assert stamps == sorted(stamps)


def test_a_line_is_written_once_for_all_streams_that_say_it(engine, ask, monkeypatch):
    written, write = [], told._tail
    monkeypatch.setattr(told, "_tail", lambda said, members: written.append(dict(members)) or write(said, members))
    to = engine("rules: [{reply: {template: '{{ messages[-1].content }}: qux zyx qux zyx'}}]")
    for _ in range(5):
        ask({"model": "m", "messages": [{"role": "user", "content": "tell"}]}, "/api/chat", to=to)
    texts = [members["text"] for members in written]
    assert len(texts) == len(set(texts))


def test_the_context_is_that_of_a_text_held_in_pieces(engine, ask, monkeypatch):
    seen, numbers = [], lines.numbers_of
    monkeypatch.setattr(lines, "numbers_of", lambda *spoken: seen.append(spoken[1]) or numbers(*spoken))
    to = engine("rules: [{reply: {generate: {tokens: 30}}}]")
    for more in ({}, {"options": {"num_predict": 4}}):
        found = ask({"model": "m", "prompt": "say", **more}, "/api/generate", to=to).body
        said = "".join(json.loads(line)["response"] for line in found.splitlines())
        assert said
        assert seen.pop() == said


@pytest.mark.parametrize("path", ["/api/chat", "/api/generate"])
def test_a_stream_holds_no_call(path, engine, make_request):
    to = engine("timing: {ttft: 1s, itl: 1s}\nrules: [{reply: {generate: {tokens: 9}}}]")
    said = {"prompt": "say"} if "generate" in path else {"messages": [{"role": "user", "content": "say"}]}
    plan = to.respond(make_request({"model": "m", **said}, path))
    assert isinstance(plan, Plan)
    seen, left = set(), [plan.steps]
    while left:
        one = left.pop()
        if id(one) in seen or isinstance(one, type | ModuleType):
            continue
        seen.add(id(one))
        assert not isinstance(one, Call)
        if isinstance(one, Struct):  # of which the collector may be told nothing
            left += [getattr(one, field) for field in one.__struct_fields__]
        left += [one.__closure__] if isinstance(one, FunctionType) else gc.get_referents(one)
