"""The plain request takes the straight line, and gets what the long way gives."""

from __future__ import annotations

import pytest

from understudy.dialects import Options
from understudy.dialects.anthropic import decode
from understudy.dialects.anthropic.press import Press

SHORT = {"type": "text", "text": "hello"}
MARKED = {"type": "text", "text": "words " * 1500, "cache_control": {"type": "ephemeral"}}
PICTURE = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
TOOL = {"name": "f", "input_schema": {"type": "object"}}


@pytest.fixture
def read(make_request):
    def call(value, **headers):
        request = make_request(value, "/v1/messages", headers={"anthropic-version": "2023-06-01", **headers})
        return decode.create(request, {}, Options(style=Press()))

    return call


@pytest.mark.parametrize(
    ("fields", "plain"),
    [
        ({}, True),
        ({"system": "x"}, True),
        ({"temperature": 0.5}, True),
        ({"max_tokens": 99}, True),
        ({"stream": True}, True),
        ({"stop_sequences": ["x"]}, True),
        ({"tools": []}, True),
        ({"messages": [{"role": "user", "content": [SHORT]}]}, True),
        ({"messages": [{"role": "user", "content": [MARKED]}]}, False),
        ({"messages": [{"role": "user", "content": [SHORT, PICTURE]}]}, False),
        ({"system": [MARKED]}, False),
    ],
)
def test_what_bears_on_the_answer_beside_its_kind_is_not_plain(read, body, fields, plain):
    assert read(body(**fields)).plain is plain


@pytest.mark.parametrize("fields", [{}, {"system": "Be brief."}, {"temperature": 1}, {"stream": True}, {"top_k": 3}])
def test_both_ways_read_the_same(read, body, fields):
    fast, slow = read(body(**fields)), read(body(**fields, metadata={}))
    assert [(m.role, m.content) for m in fast.messages] == [(m.role, m.content) for m in slow.messages]
    assert (fast.user, fast.model, fast.stream, fast.max_tokens) == (slow.user, slow.model, slow.stream, slow.max_tokens)
    assert fast.extra == slow.extra


def test_ready_answers_differ_from_rendered_ones_by_their_identifiers_only(engine, say, body):
    server = engine()
    texts = [f"hello {i}" for i in "abcd"]
    ready = [say(body(text), to=server) for text in texts]
    assert server.world.shelf(("anthropic", "chat", "1.1", True, False)).ready
    rendered = [say(body(text), to=engine()) for text in texts]
    assert [answer.body for answer in ready] == [answer.body for answer in rendered]
    assert len({answer.json["id"] for answer in ready}) == 4


def test_what_else_is_asked_for_makes_another_kind(read, body):
    betas = ({}, {"anthropic-beta": "context-1m-2025-08-07"}, {"anthropic-beta": "model-context-window-exceeded-2025-08-26"})
    calls = [read(body(max_tokens=most), **beta) for most in (99, 100) for beta in betas]
    assert len({call.kind for call in calls}) == len(calls)
    assert read(body("another text", max_tokens=99)).kind == calls[0].kind


@pytest.mark.parametrize(
    "fields",
    [{"tools": [TOOL]}, {"stop_sequences": ["x"]}, {"thinking": {"type": "disabled"}}, {"output_config": {"effort": "low"}}],
    ids=lambda fields: next(iter(fields)),
)
def test_each_wish_makes_a_kind_of_its_own(read, body, fields):
    plain, asked = read(body(stop_sequences=[])), read(body(**fields))
    assert len({plain.kind, asked.kind}) == 2
    assert read(body("another text", **fields)).kind == asked.kind


def _turn(text):
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": text}
    used = {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}
    return [{"role": "user", "content": "Do."}, {"role": "assistant", "content": [used]}, {"role": "user", "content": [result]}]


@pytest.mark.parametrize(
    "fields", [{"tools": [TOOL]}, {"tools": [TOOL], "system": [SHORT]}, {"tools": [TOOL], "system": [MARKED]}], ids=str
)
@pytest.mark.parametrize("said", ["hello", [SHORT], [SHORT, SHORT], None], ids=str)
def test_what_stands_beside_is_read_once_and_read_alike(make_request, body, fields, said):
    bodies = [body(**{**fields, "messages": _turn(text) if said is None else body(said)["messages"]}) for text in "ab"]
    options, head = Options(style=Press()), {"headers": {"anthropic-version": "2023-06-01"}}
    requests = [make_request(value, "/v1/messages", **head) for value in bodies]
    known = [decode.create(request, {}, options) for request in requests]
    assert len(options.style.beside._calls) == 1
    assert known == [decode.create(request, {}, Options(style=Press())) for request in requests]
    assert known[0].tools is known[1].tools


def test_what_was_sound_beside_one_conversation_does_not_excuse_another(say, body, engine, refusal):
    to, fields = engine(), {"tools": [TOOL], "thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 2000}
    assert say({**body(), **fields}, to=to).status == 200
    assert "must start with a thinking block" in refusal({**body(), **fields, "messages": _turn("x")}, to=to)
    assert "non-empty" in refusal({**body([{"type": "text", "text": ""}]), **fields}, to=to)


@pytest.mark.parametrize("stream", [False, True])
def test_what_was_rendered_within_limits_is_what_they_cut(say, body, engine, stream):
    script = "rules: [{reply: 'One, two, three, four, five.'}]"
    to, limits = engine(script), (1000, 5, 6, 1000, 5, 8)
    told = [say(body(max_tokens=limit, stream=stream), to=to).body for limit in limits]
    assert told == [say(body(max_tokens=limit, stream=stream), to=engine(script)).body for limit in limits]
    assert len(set(told)) == 4
