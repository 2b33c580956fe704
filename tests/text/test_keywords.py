"""Keywords are read in the spelling of any draft, and senseless ones are not there."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.text import keywords
from understudy.text.keywords import (
    array_items,
    bound,
    brought_names,
    distinct,
    frozen,
    is_multiple,
    is_number,
    limits,
    resolve,
    same,
    types_of,
)
from understudy.text.pattern import fits


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1, 1.0, True),
        (1, True, False),
        ([1], [True], False),
        ({"a": [0]}, {"a": [0.0]}, True),
        ({"a": 1}, {"b": 1}, False),
        ("1", 1, False),
        (None, None, True),
        ([1, 2], [1], False),
        ([], {}, False),
    ],
)
def test_equality_is_that_of_json(one, other, equal):
    assert same(one, other) is equal
    assert (frozen(one) == frozen(other)) is equal


def test_deep_values_can_be_frozen():
    deep: list[object] = []
    for _ in range(5_000):
        deep = [deep]
    assert hash(frozen(deep))


def test_distinct_items():
    assert distinct([1, True, "1", [1], [True], None])
    assert not distinct([1, 2, 1.0])


@pytest.mark.parametrize(
    ("value", "number"), [(1, True), (1.5, True), (True, False), (float("nan"), False), (float("inf"), False), ("1", False)]
)
def test_numbers(value, number):
    assert is_number(value) is number


@pytest.mark.parametrize(
    ("value", "kinds"), [(3.0, {"integer", "number"}), (3.5, {"number"}), (True, {"boolean"}), ([], {"array"})]
)
def test_types(value, kinds):
    assert {kind for kind, test in keywords.TYPES.items() if test(value)} == kinds


@pytest.mark.parametrize(("named", "known"), [("string", ["string"]), (["null", "any", 5], ["null"]), (None, []), ({}, [])])
def test_types_of_a_schema(named, known):
    assert types_of({"type": named}) == known


ROOT = {"$defs": {"a/b": {"x": [1, {"y": 2}]}, "c": {"$anchor": "here", "type": "null"}}}


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("#", ROOT),
        ("#/$defs/a~1b/x/1/y", 2),
        ("#here", ROOT["$defs"]["c"]),
        ("#/$defs/none", True),
        ("#/$defs/a~1b/x/9", True),
        ("#nowhere", True),
        ("http://elsewhere/x", True),
        (5, True),
    ],
)
def test_references(reference, found):
    assert resolve(ROOT, reference) == found


@pytest.mark.parametrize(
    ("schema", "wanted"),
    [
        ({}, (None, False, None, False)),
        ({"minimum": 1, "maximum": 2}, (1, False, 2, False)),
        ({"exclusiveMinimum": 1, "minimum": 0}, (1, True, None, False)),
        ({"exclusiveMinimum": 0, "minimum": 1}, (1, False, None, False)),
        ({"minimum": 1, "exclusiveMinimum": True, "maximum": 5, "exclusiveMaximum": False}, (1, True, 5, False)),
        ({"maximum": 5, "exclusiveMaximum": 3}, (None, False, 3, True)),
        ({"minimum": "1", "maximum": None}, (None, False, None, False)),
    ],
)
def test_limits_in_any_draft(schema, wanted):
    assert limits(schema) == wanted


@pytest.mark.parametrize(("value", "read"), [(3, 3), (3.0, 3), (-1, 7), ("3", 7), (True, 7), (None, 7), (float("nan"), 7)])
def test_bounds(value, read):
    assert bound({"minItems": value}, "minItems", 7) == read


def test_items_in_any_draft():
    assert array_items({"items": [1, 2], "additionalItems": False}) == ([1, 2], False)
    assert array_items({"prefixItems": [1], "items": 2}) == ([1], 2)
    assert array_items({}) == ([], True)


@pytest.mark.parametrize(
    ("number", "step", "multiple"), [(6, 3, True), (7, 3, False), (0.5, 0.25, True), (0.3, 0.25, False), (10**400, 0.5, False)]
)
def test_multiples(number, step, multiple):
    assert is_multiple(number, step) is multiple


def test_lists_and_mappings_of_the_wrong_type_are_empty():
    schema = {"required": "a", "properties": [], "enum": {}}
    assert keywords.names(schema, "required") == []
    assert keywords.mapping(schema, "properties") == {}
    assert keywords.listed(schema, "enum") == []
    assert keywords.names({"required": ["a", 5]}, "required") == ["a"]


def test_schemas_of_a_property():
    schema = {"properties": {"x": 1}, "patternProperties": {"^x": 2}, "additionalProperties": 3}
    assert keywords.member_schemas(schema, "x", fits) == [1, 2]
    assert keywords.member_schemas(schema, "y", fits) == [3]
    assert keywords.member_schemas({}, "y", fits) == [True]


class _Counting(dict[str, Any]):
    """An object that counts how often it is looked into."""

    looks = 0

    def get(self, key: str, default: Any = None) -> Any:
        self.looks += 1
        return super().get(key, default)


def test_names_bring_others_in_linear_time():
    chain = _Counting({f"p{number}": [f"p{number + 1}", "q"] for number in range(200)})
    assert brought_names({"dependentRequired": chain}, {"p0": 1}) == ["p1", "q", *(f"p{number}" for number in range(2, 201))]
    assert chain.looks <= 2 * 202
