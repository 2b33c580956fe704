"""Worlds that are made when something is first asked of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from msgspec.structs import replace

from understudy.capacity import CapacitySpec
from understudy.config.script import ReplySpec, Rule, Script, TimingSpec
from understudy.config.settings import Settings
from understudy.dialects import served
from understudy.engine.later import Later
from understudy.engine.world import World
from understudy.errors import UsageError
from understudy.faults import Armed
from understudy.faults.status import Simulated
from understudy.matching import When
from understudy.timing.fixed import Fixed

RULE = Rule(name="a", when=When.build({}), replies=(ReplySpec(text="a"),))


def make(*rules):
    return World(Settings(), Script(rules=rules), served())


FAULT = Armed(Simulated(503))


class Counted:
    """Makes a world of one rule, and keeps what it made."""

    def __init__(self):
        self.made = []

    def __call__(self):
        self.made.append(make(RULE))
        return self.made[-1]


def test_rules_are_made_once_when_they_are_first_asked_for():
    before, counted = make(), Counted()
    world = Later(before, counted, Script(rules=(RULE,)))
    assert (world.router, world.settings, world.options) == (before.router, before.settings, before.options)
    assert counted.made == []
    assert [rule.name for rule in world.rules.rules] == ["a"]
    assert world.rules is counted.made[0].rules
    assert (len(counted.made), type(world)) == (1, World)
    assert before.rules.rules == ()
    with pytest.raises(AttributeError, match="'World' object has no attribute 'nothing'"):
        _ = world.nothing


def test_of_those_that_follow_each_other_only_the_last_is_made():
    never, counted = Counted(), Counted()
    world = Later(Later(make(), never, Script(rules=(RULE,))), counted, Script(rules=(RULE,)))
    assert len(world.rules.rules) == 1
    assert (len(never.made), len(counted.made)) == (0, 1)


def test_ready_answers_are_its_own():
    before = make()
    world = Later(before, Counted(), Script(rules=(RULE,)))
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
    counted = Counted()
    assert Later(make(), counted, script).faults.any is is_any
    assert World(Settings(), script, served()).faults.any is is_any
    assert counted.made == []


def test_threads_that_ask_at_once_get_the_same_rules():
    counted, together = Counted(), Barrier(8)
    world = Later(make(), counted, Script(rules=(RULE,)))

    def ask(_):
        together.wait()
        return world.rules

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ask, range(8)))
    assert len(counted.made) == 1
    assert all(rules is counted.made[0].rules for rules in found)


def test_tables_of_its_laws_are_made_before_a_call_has_to_wait_for_them(monkeypatch):
    prepared: list[Fixed] = []

    def prepare(law):
        prepared.append(law)

    monkeypatch.setattr(Fixed, "prepare", prepare)
    for rule in (
        replace(RULE, timing=TimingSpec(itl=Fixed(1.0))),
        replace(RULE, replies=(ReplySpec(timing=TimingSpec(itl=Fixed(2.0))),)),
    ):
        Later(make(), Counted(), Script(rules=(rule, RULE)))
    assert prepared == [Fixed(1.0), Fixed(2.0)]


def test_what_cannot_have_an_effect_is_refused_before_it_is_made():
    slow = Rule(name="slow", when=When.build({}), replies=(ReplySpec(text="a"),), timing=TimingSpec(itl=Fixed(1.0)))
    script = Script(rules=(slow,), capacity=CapacitySpec())
    with pytest.raises(UsageError, match=r"rule slow .*: timing: expected no itl"):
        Later(make(), make, script)
