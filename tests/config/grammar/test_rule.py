"""Rules and models."""

from __future__ import annotations

import pytest

from understudy.config.script import Model, ReplySpec


def test_a_rule_knows_where_it_stands(script):
    rules = script("""
        rules:
          - reply: a

          - name: second
            when: {user: hi}
            replies: [b, {error: 500}, c]
            then: loop
    """).rules
    assert [(rule.name, rule.line, rule.source_file.rpartition("/")[2]) for rule in rules] == [
        ("rule 1", 3, "script.yaml"),
        ("second", 5, "script.yaml"),
    ]
    assert rules[0].when.describe() == "any call"
    assert rules[0].then == "last"
    assert rules[1].when.exact_user == "hi"
    assert [reply.text for reply in rules[1].replies] == ["b", None, "c"]
    assert rules[1].then == "loop"


def test_one_reply_is_a_sequence_of_one(script):
    assert script("rules: [{reply: a}]").rules[0].replies == (ReplySpec(text="a"),)


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("{when: {user: a}}", "expected exactly one of reply or replies, got none. ($.rules[0])"),
        ("{reply: a, replies: [b]}", "expected exactly one of reply or replies, got both. ($.rules[0])"),
        ("{replies: []}", "expected a list of replies, got an empty list. ($.rules[0].replies)"),
        (
            "{reply: a, then: loop}",
            "'then' says what follows the last of 'replies': expected 'replies' beside it, got 'reply'. ($.rules[0].then)",
        ),
        ("{replies: [a], then: again}", "expected last, loop or error, got 'again'. ($.rules[0].then)"),
        ("{reply: a, name: ''}", "expected a name of at most 200 printable characters, got ''. ($.rules[0].name)"),
        (r'{reply: a, name: "a\nb"}', r"expected a name of at most 200 printable characters, got 'a\nb'. ($.rules[0].name)"),
        ("{repyl: a}", "unknown key 'repyl'. Did you mean 'reply'? ($.rules[0].repyl)"),
        ("a", "expected a mapping with name, when, reply, replies, then, timing or fault, got 'a'. ($.rules[0])"),
    ],
)
def test_a_wrong_rule_is_told(problems, rule, problem):
    assert problems(f"rules: [{rule}]") == [f"script.yaml:1: {problem}"]


def test_every_wrong_condition_is_told_at_its_place(problems):
    found = problems("""
        rules:
          - reply: a
            when:
              usr: a
              stream: perhaps
              user:
                contains: 5
    """)
    assert [problem.partition(": ")[0] for problem in found] == ["script.yaml:5", "script.yaml:6", "script.yaml:8"]
    assert found[0].endswith("Did you mean 'user'? ($.rules[0].when.usr)")
    assert found[1].endswith("($.rules[0].when.stream)")
    assert found[2].endswith("($.rules[0].when.user.contains)")


def test_models_are_names_or_mappings(script, problems):
    assert script("models: [a, {id: b}]").models == (Model("a"), Model("b"))
    assert problems("models: [5, {timing: {}}, '']") == [
        (
            "script.yaml:1: expected the name of a model or a mapping with its id, got 5. Put it in quotes to make it a text. "
            "($.models[0])"
        ),
        "script.yaml:1: expected the key 'id', got none. ($.models[1])",
        "script.yaml:1: expected a text that is not empty, got ''. ($.models[2])",
    ]
