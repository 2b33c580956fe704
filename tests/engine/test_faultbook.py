"""What a fault of a script is called, and which faults are a model's."""

from __future__ import annotations

import pytest

from understudy.config.script import Model, ReplySpec, Rule, Script
from understudy.engine.faultbook import Faultbook, of_replies
from understudy.faults import Armed
from understudy.faults.timeout import Timeout
from understudy.matching import When

A, B = Armed(Timeout(1.0)), Armed(Timeout(2.0))


def rule(*replies, **members):
    return Rule(name="r", when=When.build({}), replies=replies, **members)


def test_the_faults_of_a_reply_come_before_those_of_its_rule():
    found = of_replies(rule(ReplySpec(text="x", faults=(A,)), ReplySpec(text="y"), faults=(B,)))
    assert found == ((("rule r reply 1 1", A), ("rule r 1", B)), (("rule r 1", B),))


@pytest.mark.parametrize(
    ("model", "labels"),
    [("gpt-4o", ["model gpt-4o 1"]), ("GPT-4x", ["model gpt-* 1", "model gpt-* 2"]), ("o3", [])],
)
def test_a_name_wins_over_globs(model, labels):
    book = Faultbook(Script(models=(Model("gpt-*", faults=(A, B)), Model("gpt-4o", faults=(B,)))))
    assert [label for faults in book.of(model) for label, _ in faults] == labels


@pytest.mark.parametrize(
    "script",
    [
        Script(faults=(A,)),
        Script(models=(Model("x", faults=(A,)),)),
        Script(rules=(rule(ReplySpec(text="x"), faults=(A,)),)),
        Script(rules=(rule(ReplySpec(text="x", faults=(A,))),)),
    ],
)
def test_one_fault_anywhere_is_one(script):
    assert Faultbook(script).any
    assert not Faultbook(Script(rules=(rule(ReplySpec(text="x")),))).any
