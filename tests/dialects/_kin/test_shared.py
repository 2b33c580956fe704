"""Chunks that streams share: the very bytes of those that each stream writes itself, whoever asked first."""

from __future__ import annotations

from random import Random

import pytest

from understudy import dialects
from understudy.dialects import Moment, Options
from understudy.dialects._kin import Kin, KinDialect, shared, stream
from understudy.dialects._kin.decode import Extra
from understudy.dialects._kin.shared import share, with_holes
from understudy.dialects._kin.style import Style
from understudy.dialects._stencil import fill
from understudy.dialects._turn import costs, work_out
from understudy.engine.decision import Decision
from understudy.model.call import Call
from understudy.model.reply import Reply, Text

KINS = {dialect.name: dialect for dialect in dialects.load() if isinstance(dialect, KinDialect)}
PATHS = {
    f"{name} {endpoint.operation}": f"/{name}{dialect.prefixes[0]}{endpoint.path}"
    for name, dialect in KINS.items()
    for endpoint in dialect.endpoints
    if endpoint.path.endswith(("/chat/completions", "/v1/completions")) and name != "tgi"  # which reads requests of its own
}
SCRIPT = """
rules:
  - {when: {user: {contains: think}}, reply: {generate: {tokens: 30}, reasoning: Let me see.}}
  - {when: {user: {contains: call}}, reply: {template: I look., tool_calls: [{name: f, arguments: {city: Oslo}}]}}
  - {when: {user: {contains: count}}, reply: {generate: {tokens: 9}, usage: {prompt_tokens: 7, cached_tokens: 3}}}
  - {when: {user: {contains: nothing}}, reply: {template: '{{ "" }}'}}
  - {when: {user: {contains: one}}, reply: {template: '{{ "a" }}'}}
  - {reply: {generate: {tokens: 40}}}
"""
ASKED = (
    {},
    {"max_tokens": 3},
    {"max_tokens": 1},
    {"max_tokens": 1000, "temperature": 0},
    {"stop": ["a", "e"]},
    {"stream_options": {"include_usage": True}},
    {"stream_options": {"include_usage": True, "continuous_usage_stats": True}},
    {"n": 3},
    {"n": 2, "max_tokens": 4, "stream_options": {"include_usage": True}},
    {"n": 2, "stream_options": {"include_usage": True, "continuous_usage_stats": True}},
    {"model": "deepseek-reasoner"},
    {"logprobs": True},
    {"return_token_ids": True},
    {"echo": True},
)
UNITS = ("token", "word", "char")


@pytest.fixture
def told(engine, ask, chat):
    """Ask several streams of one server, in that order; return what each says."""

    def tell(path, unit, order):
        to = engine(SCRIPT, validation="lenient", stream_unit=unit)
        found = {}
        for user, at in order:
            body = {**chat(user), **ASKED[at], "stream": True}
            if "chat" not in path:
                body["prompt"] = body.pop("messages")[-1]["content"]
            found[user, at] = ask(body, path, to=to).body
        return found

    return tell


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", PATHS)
def test_they_say_the_bytes_of_those_that_each_stream_writes(name, unit, told, monkeypatch):
    words = ("say", "think", "call", "count", "nothing", "one")
    order = [(f"{word} {again}", at) for again in range(2) for word in words for at in range(len(ASKED))]
    order = Random(name + unit).sample(order, 60)
    shares = told(PATHS[name], unit, order)
    monkeypatch.setattr(stream, "_shared", lambda *_: None)
    alone = told(PATHS[name], unit, order)
    assert shares == alone
    assert len(set(alone.values())) > len(alone) * 3 // 4


def test_a_chunk_is_written_once_for_all_streams_that_say_it(engine, ask, chat, monkeypatch):
    written, write = [], shared.written
    monkeypatch.setattr(shared, "written", lambda *told: written.append(told) or write(*told))
    to = engine("rules: [{reply: {template: '{{ messages[-1].content }}: one two one two'}}]")
    for _ in range(5):
        ask({**chat("tell"), "stream": True}, PATHS["vllm chat"], to=to)
    assert len([1 for *_, choice, _ in written if choice["delta"]["content"] in {" one", " two"}]) == 2


def test_they_are_written_of_no_request(engine, ask, chat, monkeypatch):
    seen, write = [], shared.written
    monkeypatch.setattr(shared, "written", lambda kin, answered, *told: seen.append(answered) or write(kin, answered, *told))
    to = engine("rules: [{reply: {generate: {tokens: 9}}}]")
    ask({**chat("a secret"), "stream": True, "user": "somebody"}, PATHS["vllm chat"], to=to)
    ask({"model": "any", "prompt": "a secret", "stream": True}, PATHS["vllm completion"], to=to)
    assert seen
    for call, moment in [(answered.call, answered.moment) for answered in seen]:
        assert not any((call.messages, call.body, call.user, call.inputs, call.extra.body, call.extra.prompts))
        assert moment.store is moment.agent is moment.waits is None


@pytest.mark.parametrize(("model", "times"), [("m" * 256, 1), ("m" * 257, 3)])
@pytest.mark.parametrize("path", ["vllm chat", "mistral chat", "vllm completion"])
def test_chunks_that_hold_a_long_name_are_not_kept(path, model, times, engine, ask, chat, monkeypatch):
    written, write = [], shared.written
    monkeypatch.setattr(shared, "written", lambda *told: written.append(told[3]) or write(*told))
    to = engine("rules: [{reply: {template: one two two two end}}]", validation="lenient")
    asked = {"prompt": "say"} if "completion" in path else {"messages": chat("say")["messages"]}
    ask({**asked, "model": model, "stream": True}, PATHS[path], to=to)
    said = [choice.get("text") or choice.get("delta", {}).get("content") for choice in written]
    assert sum(" two" in str(each) for each in said) == times


def test_where_only_some_have_the_joint_all_are_rows():
    def chunk(document, _answered):  # as if a provider said who it is once more at one end
        over = document["choices"][0]["finish_reason"] == "length"
        return {**document, "again": document["id"]} if over else document

    kin, style = Kin("any", (), chunk=chunk), Style()
    moment = Moment(Decision(b"0123456789abcdef"), b"0123456789abcdefghijkl", b"", 0, Options(), 5)

    def tell(limit):
        call = Call("chat", "any", "m", extra=Extra(), max_tokens=limit)
        reply = Reply((Text("one two three"),))
        turn = work_out(call, reply)
        answered, opened = with_holes(kin, call, moment, costs(turn, reply, moment), (turn,))
        chunks, joint = share(kin, answered, opened, (reply,), style)
        return list(chunks.frames), joint

    frames, joint = tell(None)
    assert joint is not None
    rows, joint = tell(2)
    assert joint is None
    assert fill(rows[-1], [b'"x"', b"7", b""]).count(b'"x"') == 2
    rows, joint = tell(None)
    assert joint is None
    assert len(rows) == len(frames)
