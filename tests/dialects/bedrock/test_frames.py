"""Frames that streams share: the very bytes of those that each stream writes itself, whoever asked first."""

from __future__ import annotations

import gc
import json
from random import Random
from types import FunctionType, ModuleType

import pytest

from understudy.dialects import Moment, Options
from understudy.dialects._turn import Turn
from understudy.dialects.bedrock import DIALECT, converse, decode, frames, invoke
from understudy.engine.decision import Decision
from understudy.model.call import Call
from understudy.model.http import Request, RequestHead
from understudy.model.reply import Reasoning, Reply, Text, ToolCall
from understudy.wire.eventstream import decode as messages
from understudy.wire.eventstream import encode

SCRIPT = """
rules:
  - {when: {user: {contains: think}}, reply: {generate: {tokens: 30}, reasoning: Let me see.}}
  - {when: {user: {contains: call}}, reply: {template: I look., tool_calls: [{name: f, arguments: {city: Oslo}}]}}
  - {when: {user: {contains: count}}, reply: {generate: {tokens: 9}, usage: {prompt_tokens: 7, cached_tokens: 3}}}
  - {when: {user: {contains: nothing}}, reply: {template: '{{ "" }}'}}
  - {when: {user: {contains: one}}, reply: {template: '{{ "a" }}'}}
  - {when: {user: {contains: fixed}}, reply: Some words.}
  - {reply: {generate: {tokens: 40}}}
"""
CLAUDE = "anthropic.claude-3-5-sonnet-20240620-v1:0"
ASKED = {
    "converse": ("amazon.nova-pro-v1:0", "inferenceConfig", "maxTokens", "stopSequences"),
    "nova": ("amazon.nova-pro-v1:0", "inferenceConfig", "maxTokens", "stopSequences"),
    "claude": (CLAUDE, "", "max_tokens", "stop_sequences"),
    "titan": ("amazon.titan-text-express-v1", "textGenerationConfig", "maxTokenCount", "stopSequences"),
    "llama": ("meta.llama3-8b-instruct-v1:0", "", "max_gen_len", ""),
    "mistral": ("mistral.mistral-7b-instruct-v0:2", "", "max_tokens", "stop"),
    "command-r": ("cohere.command-r-v1:0", "", "max_tokens", "stop_sequences"),
    "openai": ("openai.gpt-oss-20b-1:0", "", "max_tokens", "stop"),
}
WISHES = ((None, ()), (1, ()), (3, ()), (1000, ("a", "e")))
UNITS = ("token", "word", "char")


def path_of(form):
    model = ASKED[form][0]
    return f"/model/{model}/converse-stream" if form == "converse" else f"/model/{model}/invoke-with-response-stream"


def body_of(form, user, limit=None, stops=()):
    _, place, limits, stopping = ASKED[form]
    wishes = {limits: limit} if limit is not None else {}
    wishes |= {stopping: list(stops)} if stops and stopping else {}
    text = [{"role": "user", "content": [{"text": user}]}]
    said = {"converse": {"messages": text}, "nova": {"messages": text}, "titan": {"inputText": user}}
    said |= {key: {"prompt": user} for key in ("llama", "mistral")} | {"command-r": {"message": user}}
    chat = {"messages": [{"role": "user", "content": user}]}
    said |= {"claude": {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 400, **chat}, "openai": chat}
    return {**said[form], **({place: wishes} if place else wishes)}


@pytest.fixture
def told(engine, ask):
    """Ask several streams of one server, in that order; return what each says."""

    def tell(form, unit, order):
        to = engine(SCRIPT, validation="lenient", stream_unit=unit)
        return {(user, at): ask(body_of(form, user, *WISHES[at]), path_of(form), to=to).body for user, at in order}

    return tell


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("form", ASKED)
def test_they_are_the_bytes_of_those_that_each_stream_writes(form, unit, told, monkeypatch):
    words = ("say", "think", "call", "count", "nothing", "one", "fixed")
    order = [(f"{word} {again}", at) for again in range(2) for word in words for at in range(len(WISHES))]
    order = Random(form + unit).sample(order, 40)
    shared = told(form, unit, order)
    monkeypatch.setattr(frames, "_table", frames._table.__wrapped__)
    monkeypatch.setattr(frames, "_run", frames._run.__wrapped__)
    assert told(form, unit, order) == shared
    for said in shared.values():
        assert b"".join(encode(message.headers, message.payload) for message in messages(said)) == said


def moment_of(number=0):
    root = b"0123456789abcde%d" % number
    return Moment(Decision(root), root.ljust(22, b"k"), b"s" * 7, 0, Options(style=DIALECT.style({})), 5)


def stream_of(form, reply, number=0):
    """A stream as its dialect makes it."""
    data = json.dumps(body_of(form, "hi")).encode()
    request, moment = Request(RequestHead("POST", "/", "/", "", {}), data, 0.0), moment_of(number)
    read, write = (decode.converse_stream, converse.converse) if form == "converse" else (decode.invoke_stream, invoke.invoke)
    return write(read(request, {"model": ASKED[form][0]}, moment.options), (reply,), moment)


SAID = Reply((Reasoning("Hm, well."), Text("one two three four"), ToolCall("f", '{"a":1}', "1")))


@pytest.mark.parametrize("form", ASKED)
def test_each_is_the_same_whichever_is_looked_at_first(form):
    found = stream_of(form, SAID).sheet.frames
    forwards = list(found)
    assert [found[at] for at in reversed(range(len(forwards)))] == forwards[::-1]
    found.settle(SAID.text)
    assert list(found) == forwards


@pytest.mark.parametrize("form", ASKED)
def test_each_has_the_padding_that_is_drawn_for_its_place(form):
    stream = stream_of(form, SAID)
    padding = [json.loads(next(messages(event)).payload)["p"] for event in stream.events()]
    words = moment_of().random.words("padding", len(padding))
    assert [len(said) for said in padding] == [2 + word % 60 for word in words]
    assert len(stream.sheet.tokens) == len(stream.sheet.frames)


@pytest.mark.parametrize("form", ["converse", "claude", "nova", "mistral"])
def test_streams_that_say_a_text_again_write_it_once(form, monkeypatch):
    frames._table.cache_clear()
    written, write = [], frames.row
    monkeypatch.setattr(frames, "row", lambda kind, document: written.append(document) or write(kind, document))
    reply = Reply((Text("one two one two one two"),))
    for number in range(3):
        assert list(stream_of(form, reply, number).sheet.frames)
        if not number:
            first = len(written)
    assert len(written) - first <= 2 * (first - 2)


def held_by(thing):
    """All that is held by a thing, through functions what they close over alone."""
    seen, left = {}, [thing]
    while left:
        one = left.pop()
        if id(one) in seen or isinstance(one, type | ModuleType):
            continue
        seen[id(one)] = one
        left += (one.__closure__ or ()) if isinstance(one, FunctionType) else gc.get_referents(one)
    return [*seen.values()]


@pytest.mark.parametrize("form", sorted(ASKED.keys() - {"openai"}))
def test_streams_hold_nothing_of_call_and_turn_and_their_text_nowhere(form):
    reply = Reply((Text("one two three four five six seven"),))
    stream = stream_of(form, reply)
    stream.sheet.frames.settle(reply.text)
    held = held_by(stream.sheet.frames)
    assert not [one for one in held if isinstance(one, Call | Moment | Turn | Reply)]
    assert not [one for one in held if isinstance(one, list) and " two" in one]
    assert [one for one in held if isinstance(one, str) and "six seven" in one] == [reply.text]
