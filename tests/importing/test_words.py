"""Conditions that hold for the texts they held for elsewhere."""

from __future__ import annotations

import re

import pytest

from understudy.importing.words import containing, exactly, literal, part_of, sharpen


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("weather", {"contains": "weather"}),
        ("IT", {"regex": "IT"}),
        ("UPPER", {"regex": "UPPER"}),
        (" padded", {"regex": " padded"}),
        ("a.b", {"regex": r"a\.b"}),
        ("42", {"contains": "42"}),
        ("", None),
    ],
)
def test_case_counts_where_it_could_matter(text, said):
    assert containing(text) == said


def test_a_literal_finds_itself():
    text = r"a.b*c(d)[e]{f}^$|\ü"
    assert re.fullmatch(literal(text), text)
    assert literal("plain words, at 12:30!") == "plain words, at 12:30!"


@pytest.mark.parametrize("text", ["weather", "IT", " padded", "a.b", r"a\b"])
def test_the_part_that_is_looked_for_is_found_again(text):
    assert part_of(containing(text)) == text


@pytest.mark.parametrize("condition", [None, "text", True, {"regex": "a+"}, {"regex": r"\d"}, exactly(" a"), {"glob": "a"}])
def test_other_conditions_look_for_no_part(condition):
    assert part_of(condition) is None


def test_exactly_keeps_outer_space():
    assert exactly("a b") == "a b"
    assert exactly(" a") == {"regex": r"\A a\z"}


def test_words_that_differ_in_case_alone_are_compared_letter_by_letter():
    rules = [{"when": {"user": {"contains": word}}} for word in ("Hello", "hello world", "other")] + [{}]
    sharpen(rules)
    assert [rule["when"]["user"] for rule in rules[:3]] == [
        {"regex": "Hello"},
        {"contains": "hello world"},
        {"contains": "other"},
    ]
