"""Plain requests of Converse are read the short way, to the same calls as the long way makes."""

from __future__ import annotations

import json

import pytest
from msgspec import structs

from understudy.dialects import Options
from understudy.dialects.bedrock import decode, plain
from understudy.errors import RequestError

NOVA, CLAUDE = "amazon.nova-pro-v1:0", "anthropic.claude-sonnet-4-5-20250929-v1:0"
MISTRAL = "mistral.mistral-7b-instruct-v0:2"
USER, MODEL = {"role": "user", "content": [{"text": "hi"}]}, {"role": "assistant", "content": [{"text": "yes"}]}
SEVERAL = {"role": "user", "content": [{"text": "one"}, {"text": "two"}]}
PLAIN = [
    {},
    {"messages": [USER, MODEL, SEVERAL]},
    {"messages": [USER, MODEL]},
    {"system": [{"text": "Be kind."}, {"text": "Be brief."}]},
    {"system": [], "inferenceConfig": {}},
    {"system": None, "inferenceConfig": None},
    {"inferenceConfig": {"maxTokens": 10_000, "temperature": 1, "topP": 0.5, "stopSequences": ["a", "", "b"]}},
    {"inferenceConfig": {"maxTokens": 1, "temperature": 0.0, "stopSequences": None}},
]
OTHERS = [
    {"messages": []},
    {"messages": [MODEL]},
    {"messages": [USER, USER]},
    {"messages": [{"role": "user", "content": []}]},
    {"messages": [{"role": "user", "content": [{"text": " "}]}]},
    {"messages": [{"role": "user", "content": [{"text": "hi", "image": {}}]}]},
    {"messages": [{"role": "user", "content": [{"text": 5}]}]},
    {"messages": [{"role": "user", "content": "hi"}]},
    {"system": "Be kind."},
    {"inferenceConfig": {"maxTokens": 10_001}},
    {"inferenceConfig": {"maxTokens": 0}},
    {"inferenceConfig": {"maxTokens": 5.0}},
    {"inferenceConfig": {"temperature": 1.1}},
    {"inferenceConfig": {"topP": -1}},
    {"inferenceConfig": {"stopSequences": "x"}},
    {"inferenceConfig": {"topK": 5}},
    {"additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 1024}}},
    {"guardrailConfig": {"guardrailIdentifier": "g"}},
    {"toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {}}}}]}},
]


@pytest.fixture
def read(make_request):
    """Decode a conversation."""

    def call(fields, model=NOVA, *, strict=True, stream=False):
        way = decode.converse_stream if stream else decode.converse
        request = make_request({"messages": [USER], **fields}, f"/model/{model}/converse")
        return way(request, {"model": model}, Options(strict=strict))

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
    """A call but for its kind; a message of one text is that text."""
    return structs.replace(call, kind=None, messages=[(message.role, message.text) for message in call.messages])


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("fields", PLAIN, ids=json.dumps)
def test_both_ways_read_the_same(read, long_way, fields, strict, stream):
    call, slow = read(fields, strict=strict, stream=stream), long_way(fields, strict=strict, stream=stream)
    assert call.plain
    assert not slow.plain
    assert shown(call) == shown(slow)


@pytest.mark.parametrize("fields", OTHERS, ids=json.dumps)
def test_what_may_be_refused_or_asks_for_more_is_read_the_long_way(read, long_way, fields):
    call, slow = read(fields, strict=False), long_way(fields, strict=False)
    assert not call.plain
    assert call == slow
    told = []
    for way in (read, long_way):
        try:
            told.append(way(fields))
        except RequestError as error:
            told.append(error.failure)
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("model", "fields"),
    [(MISTRAL, {"system": [{"text": "x"}]}), (CLAUDE, {"inferenceConfig": {"temperature": 0.5, "topP": 0.5}})],
)
def test_what_a_model_cannot_do_is_refused(read, model, fields):
    assert read(fields).plain
    with pytest.raises(RequestError):
        read(fields, model)


def test_what_bears_on_the_answer_makes_another_kind(read):
    wishes = [{}, {"maxTokens": 5}, {"maxTokens": 6}, {"stopSequences": ["a"]}, {"stopSequences": ["b"]}]
    calls = [read({"inferenceConfig": wish}, model) for wish in wishes for model in (NOVA, CLAUDE)]
    assert len({call.kind for call in calls}) == len(calls)
    assert read({"inferenceConfig": {"temperature": 0.1}, "messages": [SEVERAL]}).kind == calls[0].kind


def test_a_closed_list_of_models_is_heeded(make_request):
    request = make_request({"messages": [USER]}, f"/model/{NOVA}/converse")
    with pytest.raises(RequestError):
        decode.converse(request, {"model": NOVA}, Options(only_listed=True))


def test_a_prompt_that_is_too_long_is_never_answered_by_what_is_ready(engine, ask):
    to, path = engine("rules: [{reply: yes}]"), f"/model/{CLAUDE}/converse"

    def asked(mark):
        words = " word" * 200_001
        return ask({"messages": [{"role": "user", "content": [{"text": mark + words}]}]}, path, to=to).status

    assert [asked("context-1m x"), asked("context-5m x")] == [200, 400]


def test_whole_answers_are_made_ready(engine, ask):
    to = engine("rules: [{reply: yes}]")
    first, second = (ask({"messages": [USER]}, f"/model/{NOVA}/converse", to=to).body for _ in range(2))
    assert first == second == ask({"messages": [USER]}, f"/model/{NOVA}/converse", to=engine("rules: [{reply: yes}]")).body
    assert to.world.shelf(("bedrock", "chat", "1.1", True, False)).ready
