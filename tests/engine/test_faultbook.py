"""What a fault of a script is called, and which faults are a model's."""

from __future__ import annotations

import pytest

from understudy.config.script import Model, ReplySpec, Rule, Script
from understudy.engine.faultbook import Faultbook, counter_of, counts_of, labelled, of_replies
from understudy.faults import Armed, Trigger
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


def test_only_what_counts_is_told_apart_by_what_is_said_of_it():
    counted = [Armed(Timeout(after), Trigger(**trigger)) for after in (1.0, 2.0) for trigger in ({"first": 1}, {"max": 1})]
    tallies = [armed.tally for _, armed in labelled("x", [*counted, *counted])]
    assert len(set(tallies[:4])) == 4
    assert tallies[:4] == tallies[4:]
    assert all(not armed.tally for _, armed in labelled("x", [A, Armed(Timeout(), Trigger(probability=0.1))]))


@pytest.mark.parametrize(
    ("source", "label", "is_meant"),
    [
        ("script", "script 1", True),
        ("script", "script 12", True),
        ("script", "model x 1", False),
        ("rule a", "rule a 1", True),
        ("rule a", "rule a reply 2 1", True),
        ("rule a", "rule a b 1", False),
        ("rule a", "rule ab 1", False),
        ("rule a (b)", "rule a (b) 1", True),
    ],
)
@pytest.mark.parametrize("rest", [" 0a1b", "/max 0a1b", " model gpt-4o 0a1b"])
def test_counters_are_found_by_their_source(source, label, is_meant, rest):
    assert counts_of(source)("default", counter_of(label) + rest) is is_meant
