"""One generation of settings and script."""

from __future__ import annotations

import pytest


def said(answer):
    return answer.json["choices"][0]["message"]["content"]


@pytest.mark.parametrize(("reply", "text"), [("echo", "hi"), ("just this", "just this")])
def test_what_no_rule_answers(engine, ask, chat, reply, text):
    assert said(ask(chat(), to=engine(reply=reply))) == text


def test_a_big_payload_is_about_ten_kilobytes(engine, ask, chat):
    assert 9_000 < len(said(ask(chat(), to=engine(big_payload=True)))) < 10_500


def test_generated_text_depends_on_the_seed(engine, ask, chat):
    one, same, other = (said(ask(chat(), to=engine(reply="generate", seed=seed))) for seed in (1, 1, 2))
    assert one == same != other


def test_tools_can_be_switched_off(engine, ask, chat):
    tools = [{"type": "function", "function": {"name": "hi"}}]
    assert ask(chat(tools=tools), to=engine()).json["choices"][0]["finish_reason"] == "tool_calls"
    assert ask(chat(tools=tools), to=engine(tools="never")).json["choices"][0]["finish_reason"] == "stop"


def test_strict_mode_calls_no_tool_of_its_own(engine, ask, chat):
    tools = [{"type": "function", "function": {"name": "hi"}}]
    assert ask(chat(tools=tools), to=engine(reply="error")).status == 404


def test_a_script_that_paces_nothing_makes_no_plan(engine, make_request, chat):
    to = engine()
    assert not to.world.is_paced
    assert isinstance(to.respond(make_request(chat())), bytes)
