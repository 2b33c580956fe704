"""One generation of settings and script."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from msgspec.structs import replace

from understudy.capacity import CapacitySpec
from understudy.config.script import ReplySpec, Rule, Script, TimingSpec
from understudy.config.settings import Settings
from understudy.dialects import served
from understudy.engine.pace import Pace
from understudy.engine.world import World
from understudy.errors import UsageError
from understudy.faults import Armed
from understudy.faults.status import Simulated
from understudy.matching import When
from understudy.timing.fixed import Fixed


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


RULE = Rule(name="a", when=When.build({}), replies=(ReplySpec(text="a"),))


def make(*rules):
    return World(Settings(), Script(rules=rules), served())


FAULT = Armed(Simulated(503))


@pytest.fixture
def made(monkeypatch):
    """The rulebooks that worlds make."""
    books = []
    plain = World._rulebook

    def kept(self):
        books.append(plain(self))
        return books[-1]

    monkeypatch.setattr(World, "_rulebook", kept)
    return books


def test_rules_of_an_amended_world_are_made_once_when_they_are_first_asked_for(made):
    before = make()
    world = before.amended(Script(rules=(RULE,)))
    assert (world.router, world.settings, world.options) == (before.router, before.settings, before.options)
    assert len(made) == 1
    assert [rule.name for rule in world.rules.rules] == ["a"]
    assert world.rules is made[1]
    assert len(made) == 2
    assert before.rules.rules == ()


def test_of_those_that_follow_each_other_only_the_last_is_made(made):
    world = make().amended(Script(rules=(RULE, replace(RULE, name="b")))).amended(Script(rules=(RULE,)))
    assert len(world.rules.rules) == 1
    assert len(made) == 2


def test_ready_answers_are_its_own():
    before = make()
    world = before.amended(Script(rules=(RULE,)))
    shelf = world.shelf("x")
    assert shelf is not before.shelf("x")
    assert world.rules
    assert world.shelf("x") is shelf


@pytest.mark.parametrize(
    ("script", "is_any"),
    [
        (Script(rules=(RULE,)), False),
        (Script(rules=(RULE, replace(RULE, faults=(FAULT,)))), True),
        (Script(rules=(replace(RULE, replies=(ReplySpec(text="a", faults=(FAULT,)),)),)), True),
        (Script(rules=(RULE,), faults=(FAULT,)), True),
    ],
)
def test_its_faults_are_known_before(script, is_any):
    assert make().amended(script).faults.any is is_any
    assert World(Settings(), script, served()).faults.any is is_any


def test_threads_that_ask_at_once_get_the_same_rules():
    together, world = Barrier(8), make().amended(Script(rules=(RULE,)))

    def ask(_):
        together.wait()
        return world.rules

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ask, range(8)))
    assert [[rule.name for rule in rules.rules] for rules in found] == [["a"]] * 8


def test_tables_of_its_laws_are_made_before_a_call_has_to_wait_for_them(monkeypatch):
    prepared: list[Fixed] = []

    def prepare(law):
        prepared.append(law)

    monkeypatch.setattr(Fixed, "prepare", prepare)
    for rule in (
        replace(RULE, timing=TimingSpec(itl=Fixed(1.0))),
        replace(RULE, replies=(ReplySpec(timing=TimingSpec(itl=Fixed(2.0))),)),
    ):
        make().amended(Script(rules=(rule, RULE)))
    assert prepared == [Fixed(1.0), Fixed(2.0)]


def test_what_cannot_have_an_effect_is_refused_before_it_is_made():
    slow = Rule(name="slow", when=When.build({}), replies=(ReplySpec(text="a"),), timing=TimingSpec(itl=Fixed(1.0)))
    script = Script(rules=(slow,), capacity=CapacitySpec())
    with pytest.raises(UsageError, match=r"rule slow .*: timing: expected no itl"):
        make().amended(script)
