"""Examples fit their pattern, and matching never runs away."""

from __future__ import annotations

import re

import pytest

from understudy.text.pattern import _compile, examples, fits

CHOICES = bytes(range(256))


def test_examples_fit_and_come_in_several_lengths():
    found = list(examples("^[a-z]+$", CHOICES))
    assert all(fits("^[a-z]+$", text) for text in found)
    assert len({len(text) for text in found}) > 5


def test_a_length_can_be_aimed_at():
    assert 777 in {len(text) for text in examples("^[a-z]+$", CHOICES, shortest=777)}


def test_nothing_is_made_after_a_pattern_that_is_not_understood():
    assert list(examples("^a(?=.*[A-Z]).{8,}$", CHOICES)) == []
    assert list(examples("^(?=.*(?<=a)b).{8,}$", CHOICES)) == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"^(?=.*[A-Z])(?=.*\d)[A-Za-z\d]{8,12}$",
        r"^(?=.*[a-z])(?=.*[@$!%])[\w@$!%]{8,}$",
        "^(?!foo)[a-z]+$",
        r"^[\u4e00-\u9fff]{2,4}$",
    ],
)
def test_patterns_with_conditions_and_characters_by_number_are_followed(pattern):
    assert any(re.search(pattern, text) and fits(pattern, text) for text in examples(pattern, CHOICES))


@pytest.mark.parametrize(
    ("pattern", "text", "fit"),
    [
        (r"^(?=.*\d)[a-z\d]+$", "abc", False),
        (r"^(?=.*\d)[a-z\d]+$", "ab3", True),
        (r"^(?=.*\d)[a-z\d]+$", "AB3", False),
        ("^(?!foo)[a-z]+$", "food", False),
        ("^(?!foo)[a-z]+$", "bar", True),
        (r"^\u00e9$", "é", True),
        (r"^\u00e9$", "e", False),
        (r"^\\\\u00e9$", "\\\\u00e9", True),
    ],
)
def test_conditions_and_characters_by_number_are_checked(pattern, text, fit):
    assert fits(pattern, text) is fit
    assert bool(re.search(pattern, text)) is fit


@pytest.mark.parametrize(("pattern", "text", "fit"), [("b+", "abc", True), ("^b", "abc", False), (r"^\d+$", "12\n", False)])
def test_a_pattern_is_searched_for(pattern, text, fit):
    assert fits(pattern, text) is fit


@pytest.mark.parametrize("pattern", ["(?=a)b", "[", r"\p{Nonsense}", "\ud800", "a{5000}"])
def test_a_pattern_nobody_can_run_fits_everything(pattern):
    assert fits(pattern, "whatever")


def test_half_characters_fit_nothing():
    assert not fits("a", "a\ud800")


def test_evil_patterns_are_harmless():
    assert not fits("^(a+)+$", "a" * 5_000 + "!")


def test_groups_are_not_looked_for():
    """RE2 takes seconds to say what the groups of such a pattern hold."""
    assert _compile("(a?)" * 2_000).groups == 0
    assert not fits(f"^{'(a?)' * 2_000}$", "b" * 100)


@pytest.mark.parametrize(
    "pattern", ["(?P<g{}>a?)" * 800, "(?:a?){{1000}}" * 100, "(a?)" * 5_000], ids=["named", "repeated", "long"]
)
def test_a_pattern_that_takes_too_long_fits_everything(pattern):
    pattern = pattern.format(*range(800))
    assert fits(f"^{pattern}$", "b" * 1_000)
    assert fits(f"^(?!{pattern}$)b", "b" * 1_000)


@pytest.mark.parametrize("pattern", [r"^[\p{L}\p{N} '-]{1,255}$", r"^\pL{1,255}$", r"^(?:\[?[^]\[\pN]\]?){1,200}$"])
def test_large_classes_are_searched_for(pattern):
    assert fits(pattern, "é" * 200)
    assert not fits(pattern, "é" * 200 + "7?")


def test_named_groups_are_searched_for():
    assert fits("(?P<letter>[a-z])(?P<digit>[0-9])", "a1")
    assert not fits("(?P<letter>[a-z])(?P<digit>[0-9])", "1a")
