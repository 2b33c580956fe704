"""The plain request takes the straight line, and gets what the long way gives."""

from __future__ import annotations

import pytest

from understudy.dialects import Options
from understudy.dialects.anthropic import decode
from understudy.dialects.anthropic.press import Press


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
        ({"stop_sequences": ["x"]}, False),
        ({"tools": []}, False),
    ],
)
def test_what_bears_on_the_answer_is_not_plain(read, body, fields, plain):
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
