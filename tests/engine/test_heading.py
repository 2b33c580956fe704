"""Heads of good answers are made once for each rule; an answer with fields of its own has a head of its own."""

from __future__ import annotations

import pytest

from understudy.engine.heading import BOTTLENECK, allowance, answer_form
from understudy.engine.scope import resolve
from understudy.model.frame import Body, Sheet, Stream
from understudy.model.reply import Reply, Text

VALUES = (b"", 0, b"0" * 32, 1, 1, 1, b"0s", b"0" * 32, b"")


@pytest.fixture
def scope(engine, make_request, chat):
    made = engine()
    return resolve(make_request(chat()).head, made.world)


def test_a_head_is_made_once_for_a_rule(scope):
    reply, answer = Reply((Text("a"),)), Body(b"{}")
    first = answer_form(scope, "sky", reply, answer, is_late=False)
    assert answer_form(scope, "sky", reply, answer, is_late=False) is first
    assert answer_form(scope, "sea", reply, answer, is_late=False) is not first


def test_fields_of_a_reply_are_in_its_head_and_in_no_other(scope):
    plain, own = Reply((Text("a"),)), Reply((Text("a"),), headers=(("x-own", "1"),))
    heads = [answer_form(scope, "sky", reply, Body(b""), is_late=False).parts(VALUES, ())[0][0] for reply in (own, plain)]
    assert [b"x-own: 1" in head for head in heads] == [True, False]


def test_a_late_server_owns_up(scope):
    late, well = (answer_form(scope, "sky", Reply(), Body(b""), is_late=late) for late in (True, False))
    named = BOTTLENECK[0].encode()
    assert [named in form.parts(VALUES, ())[0][0] for form in (late, well)] == [True, False]


@pytest.mark.parametrize(
    ("prompt", "left", "reset"), [(0, 30_000_000, b"0s"), (750, 29_999_250, b"1ms"), (1_500_000, 28_500_000, b"3s")]
)
def test_what_is_left_of_the_allowance(prompt, left, reset):
    assert allowance(prompt) == (left, reset)


@pytest.mark.parametrize("is_stream", [False, True])
def test_fields_of_an_answer_are_in_its_head_and_in_no_other(scope, is_stream):
    own = (("x-own", "1"),)
    answers = (
        [Stream(Sheet([], []), b"", headers=own), Stream(Sheet([], []), b"")]
        if is_stream
        else [Body(b"", headers=own), Body(b"")]
    )
    heads = [answer_form(scope, "sky", Reply(), answer, is_late=False).parts(VALUES, ())[0] for answer in answers]
    assert [b"x-own: 1" in b"".join(head) for head in heads] == [True, False]


def test_what_a_request_wants_to_hear_again_is_in_its_answers_alone(engine, make_request, chat):
    world = engine().world
    path, named = "/azure/openai/v1/chat/completions", {"x-ms-client-request-id": "a\tb"}
    asks, does_not = (resolve(make_request(chat(), path, headers=headers).head, world) for headers in (named, {}))
    assert (asks.echo, asks.plain, does_not.echo, does_not.plain) == ((("x-ms-client-request-id", "a?b"),), False, (), True)
    heads = [answer_form(each, "sky", Reply(), Body(b""), is_late=False).parts(VALUES, ())[0] for each in (asks, does_not)]
    assert [b"x-ms-client-request-id: a?b" in b"".join(head) for head in heads] == [True, False]
