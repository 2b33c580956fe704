"""Mistakes: collected with their place, worded alike."""

import datetime as dt

import pytest

from understudy.matching import ConditionErrors
from understudy.matching._conditions import Problems, kind_of


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "nothing"),
        (False, "false"),
        (1.5, "the number 1.5"),
        ("a\nb", "the text 'a\\nb'"),
        ([], "an empty list"),
        ([1], "a list"),
        ({}, "an empty mapping"),
        ({"a": 1}, "a mapping"),
        (dt.date(2026, 1, 1), "a date"),
    ],
)
def test_values_are_named(value, name):
    assert kind_of(value) == name


def test_mistakes_carry_the_path_and_name_the_key():
    errors = []
    Problems(errors).at("user").at("any").at(2).add("expected more.")
    assert errors == [(("user", "any", 2), "any: expected more.")]


def test_the_error_text_is_all_messages():
    assert str(ConditionErrors([(("a",), "one"), (("b",), "two")])) == "one\ntwo"
