"""One generation of settings and script."""

from __future__ import annotations

import pytest

from understudy.engine.pace import Pace


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


@pytest.mark.parametrize(
    "script",
    ["timing: {itl: 1ms}", "models: [{id: a, timing: {scale: 2}}]", "models: [{id: 'a*', timing: {ttft: 1}}]"],
)
def test_a_script_that_paces_something_is_paced(engine, script):
    assert engine(script).world.is_paced


def test_a_pace_may_say_how_many_tokens_go_into_an_event(engine):
    world = engine(stream_tokens_max=3).world
    options = world.options["openai"]
    assert world.options_at(options, Pace()) is options
    assert world.options_at(options, Pace(chunk_tokens=(1, 3))) is options
    cut = world.options_at(options, Pace(chunk_tokens=(4, 4)))
    assert cut.stream_tokens == (4, 4)
    assert world.options_at(options, Pace(chunk_tokens=(4, 4))) is cut
    for tokens in range(5, 300):
        assert world.options_at(options, Pace(chunk_tokens=(tokens, tokens))).stream_tokens == (tokens, tokens)
    assert len(world._cut) <= 64


@pytest.mark.parametrize(
    ("rule", "is_chosen_unmade"),
    [
        ("reply: a", True),
        ("reply: {text: a, timing: {ttft: 1}}", True),
        ("replies: [a, b]", False),
        ("replies: [a], then: error", False),
        ("reply: {template: '{{ user }}'}", False),
        ("reply: {generate: {tokens: 3}}", False),
        ("reply: {echo: true}", False),
    ],
)
def test_a_rule_with_one_fixed_reply_is_chosen_without_making_anything(engine, rule, is_chosen_unmade):
    only = engine(f"rules: [{{name: x, {rule}}}]").world.rules.rules[0].only
    assert (only is not None) is is_chosen_unmade
    if only is not None:
        assert (only.rule, only.reply.text) == ("x", "a")


@pytest.mark.parametrize("store", [None, True], ids=["plain", "the long way"])
def test_what_a_tool_found_is_said_however_it_is_told(ask, store):
    told = [("user", "go"), ("assistant", "{'name': 'f'}"), ("user", "Observation: 5")]
    body = {"model": "gpt-4o", "messages": [{"role": role, "content": text} for role, text in told]}
    found = ask(body if store is None else {**body, "store": store}).json["choices"][0]["message"]["content"]
    assert found == "Here is what I found: 5"
