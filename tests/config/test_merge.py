"""Merging: what wins, and how rules get their names."""

from __future__ import annotations

from understudy.config.grammar.document import Part
from understudy.config.merge import merge
from understudy.config.script import Model, ReplySpec, Rule, TimingSpec
from understudy.matching import When
from understudy.timing.fixed import Fixed

ANY = When.build({})


def rule(name: str, file: str = "a.yaml", line: int = 1) -> Rule:
    return Rule(name=name, when=ANY, replies=(ReplySpec(text="x"),), source_file=file, line=line)


def names(*parts: Part) -> list[str]:
    script, problems = merge(parts, ())
    assert problems == []
    return [one.name for one in script.rules]


def test_the_first_part_wins_key_by_key():
    script, _ = merge(
        [
            Part(
                settings={"seed": 1},
                responses={"Hi ": "one"},
                models=(Model("a", TimingSpec(ttft=Fixed(1.0))),),
                shapes={"openai": {"a": 1}},
                timing=TimingSpec(ttft=Fixed(1.0)),
            ),
            Part(
                settings={"seed": 2, "port": 3},
                responses={"hi": "two", "ho": "two"},
                models=(Model("b"), Model("a")),
                shapes={"openai": {"b": 2}, "other": {}},
                timing=TimingSpec(ttft=Fixed(2.0), itl=Fixed(2.0)),
            ),
        ],
        (),
    )
    assert {name: script.settings[name] for name in ("seed", "port")} == {"seed": 1, "port": 3}
    assert script.responses == {"Hi ": "one", "ho": "two"}
    assert script.models == (Model("a", TimingSpec(ttft=Fixed(1.0))), Model("b"))
    assert script.shapes == {"openai": {"a": 1}, "other": {}}
    assert script.timing == TimingSpec(ttft=Fixed(1.0), itl=Fixed(2.0))


def test_models_are_listed_unless_a_setting_as_high_says_otherwise():
    named, listed = Part(models=(Model("m"),)), Part(settings={"models": ["s"]})
    assert merge([named, listed], ())[0].settings["models"] == ["m"]
    assert merge([listed, named], ())[0].settings["models"] == ["s"]
    assert merge([Part(models=(Model("m"),), settings={"models": ["s"]})], ())[0].settings["models"] == ["s"]
    assert merge([named, Part(models=(Model("n"),))], ())[0].settings["models"] == ["m", "n"]


def test_rules_of_the_higher_part_come_first():
    assert names(Part(rules=(rule("a"),)), Part(rules=(rule("b"),))) == ["a", "b"]


def test_unnamed_rules_are_named_by_their_place_in_their_file():
    first = Part(rules=(rule(""), rule("own"), rule("")))
    second = Part(rules=(rule("", "x/b.yaml"), rule("", "x/b.yaml")))
    third = Part(rules=(rule("", "y/b.yaml"),))
    assert names(first, second, third) == [
        "rule 1",
        "own",
        "rule 3",
        "rule 1 of b.yaml",
        "rule 2",
        "rule 1 of y/b.yaml",
    ]


def test_a_given_name_is_never_taken_by_an_unnamed_rule():
    taken = ["rule 1", "rule 1 of é.yaml", "rule 1 of ?.yaml"]
    parts = (Part(rules=(rule("", "é.yaml"),)), Part(rules=tuple(rule(name, "b.yaml") for name in taken)))
    assert names(*parts) == ["rule 1 of ?.yaml (2)", *taken]


def test_a_name_given_twice_in_a_file_is_a_mistake():
    twice = Part(rules=(rule("n", line=3), rule("n", line=7)))
    _, problems = merge([Part(rules=(rule("n", "b.yaml"),)), twice], ())
    assert [str(problem) for problem in problems] == [
        "a.yaml:7: rule name 'n' is taken by a.yaml:3. Give each rule a name of its own."
    ]


def test_of_the_rules_of_several_files_the_first_keeps_its_name():
    parts = (
        Part(rules=(rule("n"), rule("o of c.yaml"))),
        Part(rules=(rule("n", "x/b.yaml"), rule("o", "x/b.yaml"))),
        Part(rules=(rule("n", "y/b.yaml"), rule("n of y/b.yaml", "y/b.yaml"))),
        Part(rules=(rule("o", "c.yaml"), rule("rule 5", "c.yaml"))),
    )
    merged, problems = merge(parts, ())
    assert [rule.name for rule in merged.rules] == [
        "n",
        "o of c.yaml",
        "n of b.yaml",
        "o",
        "n of y/b.yaml (2)",
        "n of y/b.yaml",
        "o of c.yaml (2)",
        "rule 5",
    ]
    assert problems == []
