"""From what a script says of a reply to the reply."""

from __future__ import annotations

import pytest

from understudy.config.script import Generate, ReplySpec
from understudy.engine.decision import Decision, decide
from understudy.engine.replies import Lengths, compile_reply, fixed_reply
from understudy.model.call import Call
from understudy.model.reply import Failure, Reasoning, Refused, Text, ToolCall
from understudy.text.filler import Pool

POOL, LENGTHS = Pool(0, 16), Lengths(20.0, 5.0)
ZERO = Decision(bytes(16))
CALL = Call("chat", "openai", "m", user="hi there")


def made(decision=ZERO, **spec):
    return compile_reply(ReplySpec(**spec), POOL, LENGTHS, "greet")(CALL, {"name": "Ada"}, decision)


CONTENTS = {
    "text": ({"text": "x"}, (Text("x"),)),
    "refusal": ({"refusal": "no"}, (Refused("no"),)),
    "json": ({"json": {"ä": None}}, (Text('{"ä":null}'),)),
    "json null": ({"json": None}, (Text("null"),)),
    "echo": ({"echo": True}, (Text("hi there"),)),
    "template": ({"template": "hi {{ match.name }}"}, (Text("hi Ada"),)),
    "blocks": ({"blocks": (Text("a"), Text("b"))}, (Text("a"), Text("b"))),
    "all around": (
        {"text": "x", "reasoning": "why", "tool_calls": (ToolCall("f", "{}"),)},
        (Reasoning("why"), Text("x"), ToolCall("f", "{}")),
    ),
}


@pytest.mark.parametrize(("spec", "blocks"), CONTENTS.values(), ids=CONTENTS)
def test_contents(spec, blocks):
    assert made(**spec).blocks == blocks


def test_a_reply_that_is_always_the_same_is_made_once():
    maker = compile_reply(ReplySpec(text="x"), POOL, LENGTHS, "greet")
    first = maker(CALL, {}, Decision(bytes(16)))
    assert first is maker(CALL, {}, Decision(b"1" * 16))
    assert first.fixed


@pytest.mark.parametrize("spec", [{"tool_calls": (ToolCall("f", "{}"),)}, {"blocks": (ToolCall("f", "{}"),)}])
def test_tool_calls_have_identifiers_of_their_own(spec):
    assert not fixed_reply(ReplySpec(**spec)).fixed


@pytest.mark.parametrize("spec", [{"template": "x"}, {"echo": True}, {"generate": Generate()}])
def test_what_depends_on_the_call_is_not_fixed(spec):
    assert fixed_reply(ReplySpec(**spec)) is None
    assert not made(**spec).fixed


def test_generated_text_has_the_length_asked_for():
    reply = made(generate=Generate(7))
    assert len(reply.atoms) == 7
    assert "".join(reply.atoms) == reply.text


def test_generated_text_without_a_length_draws_one():
    lengths = [len(made(decide(str(i).encode(), 0), generate=Generate()).atoms) for i in range(300)]
    assert 18 < sum(lengths) / 300 < 22
    assert min(lengths) >= 1
    assert Lengths(0.0, 0.0).draw(Decision(bytes(16))) == 1


def test_headers_beside_an_error_go_with_the_error():
    failure = Failure(500, "server_error", headers=(("a", "1"),))
    assert made(error=failure, headers=(("b", "2"),)).failure.headers == (("a", "1"), ("b", "2"))
    assert made(text="x", headers=(("b", "2"),)).headers == (("b", "2"),)


def test_a_template_that_fails_is_a_failure_that_names_its_rule():
    failure = made(template="{{ nothing }}").failure
    assert (failure.status, failure.message) == (500, "rule 'greet': template failed: UndefinedError: 'nothing' is undefined")
