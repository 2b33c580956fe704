"""Plain chats are read the short way, to the same calls as the long way makes."""

from __future__ import annotations

import json

import pytest
from msgspec import structs

from understudy.dialects import Options
from understudy.dialects.ollama import decode, plain
from understudy.dialects.ollama.recall import chat as recalled
from understudy.engine.store import MemoryStore
from understudy.errors import RequestError

SAID = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "a"}, {"role": "assistant", "content": ""}]
WISHES = {"num_predict": 5, "stop": ["a", ""], "temperature": 0.5, "num_ctx": 2048, "repeat_penalty": 1, "suffix": "x"}
PLAIN = [
    {},
    {"messages": SAID},
    {"stream": False},
    {"stream": None, "options": None, "think": None},
    {"think": False, "options": WISHES},
    {"keep_alive": "5m", "options": {"stop": "a", "num_predict": "many"}},
    {"model": "registry.ollama.ai/library/LLAMA:x"},
]
OTHERS = [
    {"messages": []},
    {"messages": [{"role": "tool", "content": "5"}]},
    {"messages": [{"role": "user", "content": "hi", "images": ["AA=="]}]},
    {"messages": [{"role": "user"}]},
    {"model": "bad name!"},
    {"model": ""},
    {"options": 5},
    {"stream": "yes"},
    {"think": "high"},
    {"format": "json"},
    {"logprobs": True},
    {"tools": [{"type": "function", "function": {"name": "f"}}]},
]
USER = {"role": "user", "content": "hi"}


@pytest.fixture
def read(make_request):
    """Decode a chat."""

    def call(fields, *, strict=True):
        return decode.chat(make_request({"model": "m", "messages": [USER], **fields}, "/api/chat"), {}, Options(strict=strict))

    return call


@pytest.fixture
def long_way(read, monkeypatch):
    """The same without the short way."""

    def call(*given, **more):
        with monkeypatch.context() as patch:
            patch.setattr(plain, "read", lambda _data: None)
            return read(*given, **more)

    return call


def shown(call):
    """A call but for its kind."""
    spoken = [[getattr(message, name) for name in message.__struct_fields__] for message in call.messages]
    return structs.replace(call, messages=spoken, extra=structs.replace(call.extra, kind=None))


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("fields", PLAIN, ids=json.dumps)
def test_both_ways_read_the_same(read, long_way, fields, strict):
    call, slow = read(fields, strict=strict), long_way(fields, strict=strict)
    assert call.extra.kind
    assert not slow.extra.kind
    assert shown(call) == shown(slow)


@pytest.mark.parametrize("fields", [*OTHERS, {"keep_alive": "x"}], ids=json.dumps)
def test_what_is_refused_is_refused_either_way(read, long_way, fields):
    told = []
    for way in (read, long_way):
        try:
            told.append(way(fields))
        except RequestError as error:
            told.append(error.failure)
    assert told[0] == told[1]


@pytest.mark.parametrize("fields", OTHERS, ids=json.dumps)
def test_what_asks_for_more_has_no_kind(read, long_way, fields):
    call = read(fields, strict=False)
    assert call.extra.kind is None
    assert call == long_way(fields, strict=False)


def test_what_is_kept_of_a_model_leaves_its_calls_without_a_kind(server, read):
    ollama = server()
    ollama.post("create", {"model": "made", "from": "m", "parameters": {"num_predict": 1}})
    store = ollama.engine.state.store("default")
    for model, plain_ in (("m", True), ("made", False)):
        call = read({"model": model})
        assert not call.plain  # what is kept may change from one request to the next
        assert recalled(call, store, 0.0).plain is plain_


def test_what_bears_on_the_answer_makes_another_kind(read):
    wishes = [{"num_predict": 5}, {"num_predict": 6}, {"stop": "a"}, {"stop": "b"}, {}]
    store = MemoryStore().of("")
    told = [{"options": wish, "think": think, "model": name} for wish in wishes for think in (True, False) for name in "mn"]
    calls = [recalled(read(each), store, 0.0) for each in told]
    assert len({call.kind for call in calls}) == len(calls)
    assert recalled(read({"messages": SAID, "options": {"seed": 1}}), store, 0.0).kind == calls[-4].kind


def test_a_whole_answer_has_its_own_moment_and_counts(server):
    ollama = server("rules: [{reply: yes}]")
    told = [ollama.chat("m", messages=[{"role": "user", "content": text}]).json for text in ("a", "b", "a b c d e f")]
    assert len({each["created_at"] for each in told}) == 3
    assert told[0]["prompt_eval_count"] == told[1]["prompt_eval_count"] == told[2]["prompt_eval_count"] - 5
    assert [each["prompt_eval_duration"] for each in told] == [each["prompt_eval_count"] * 250_000 for each in told]
    assert [each["total_duration"] - each["prompt_eval_duration"] for each in told] == [28_000_000] * 3
