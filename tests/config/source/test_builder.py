"""Building data from events: bounds, anchors, merges and lines."""

from __future__ import annotations

import pytest

from understudy.config.source.builder import DEEPEST, MOST_ALIASED, Builder
from understudy.config.source.error import TextError


def mapping(builder: Builder, line: int, anchor: str | None = None, **values: object) -> None:
    builder.open({}, line, anchor)
    for key, value in values.items():
        builder.scalar(key, key, line)
        builder.scalar(value, str(value), line)
    builder.close()


def test_every_entry_has_its_line():
    builder = Builder()
    builder.open([], 1)
    mapping(builder, 2, a=1)
    builder.scalar("x", "x", 3)
    builder.close()
    assert builder.data == [{"a": 1}, "x"]
    assert builder.marks[id(builder.data)] == [2, 3]
    assert builder.marks[id(builder.data[0])] == {"a": 2}


def test_keys_are_taken_as_written():
    builder = Builder()
    builder.open({}, 1)
    builder.scalar(None, "~", 1)
    builder.scalar(True, "true", 1)
    builder.close()
    assert builder.data == {"~": True}


def test_a_key_given_twice_is_reported_and_the_first_value_stays():
    builder = Builder()
    mapping(builder, 1)
    builder.open({}, 1)
    for line, value in ((1, "a"), (2, "b")):
        builder.scalar("k", "k", line)
        builder.scalar(value, value, line)
    builder.close()
    assert builder.data == {"k": "a"}
    assert builder.problems == [(2, "key 'k' is given twice, first on line 1.")]


def test_an_alias_is_the_value_it_names():
    builder = Builder()
    builder.open([], 1)
    mapping(builder, 1, "anchor", a=1)
    builder.alias("anchor", 2)
    builder.scalar("text", "text", 3, "word")
    builder.alias("word", 4)
    builder.close()
    assert builder.data == [{"a": 1}, {"a": 1}, "text", "text"]
    assert builder.data[0] is builder.data[1]


def test_a_merge_key_fills_in_what_is_not_given():
    builder = Builder()
    builder.open({}, 1)
    builder.scalar("b", "b", 1)
    builder.scalar(3, "3", 1)
    builder.scalar("<<", "<<", 2, merge=True)
    mapping(builder, 2, a=1, b=2)
    builder.close()
    assert builder.data == {"b": 3, "a": 1}
    assert builder.marks[id(builder.data)] == {"b": 1, "a": 2}


def test_a_merge_key_takes_mappings_only():
    builder = Builder()
    builder.open({}, 1)
    builder.scalar("<<", "<<", 2, merge=True)
    builder.scalar(5, "5", 2)
    builder.close()
    assert builder.problems == [(2, "key '<<': expected a mapping or a list of mappings, got 5.")]


def test_nesting_is_bounded():
    builder = Builder()
    for _ in range(DEEPEST):
        builder.open([], 1)
    with pytest.raises(TextError, match=r"^expected at most 100 levels of nesting, got more\.$"):
        builder.open([], 7)


def test_what_aliases_add_is_bounded():
    builder = Builder()
    builder.open([], 1)
    builder.open([], 1, "a")
    for _ in range(1000):
        builder.scalar(1, "1", 1)
    builder.close()
    for _ in range(MOST_ALIASED // 1001):
        builder.alias("a", 2)
    with pytest.raises(TextError, match=r"^alias '\*a': expected aliases to add at most 200000 values, got more\.$"):
        builder.alias("a", 2)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (2**64, "expected a number of at most 64 bits, got a larger one. If it is meant as a text, put it in quotes."),
        (-(2**63) - 1, "expected a number of at most 64 bits, got a larger one. If it is meant as a text, put it in quotes."),
        (float("-inf"), "expected a number of at most 64 bits, got a larger one. If it is meant as a text, put it in quotes."),
        ("\ud800", "expected Unicode text, got half a surrogate pair."),
    ],
)
def test_what_json_cannot_carry_is_reported(value, message):
    builder = Builder()
    builder.scalar(value, "", 4)
    assert builder.problems == [(4, message)]


@pytest.mark.parametrize("value", [2**64 - 1, -(2**63), 1e308, "é", None, True])
def test_what_json_can_carry_is_not(value):
    builder = Builder()
    builder.scalar(value, "", 1)
    assert builder.problems == []
