"""Validity agrees with an independent validator, and no schema breaks the check."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from understudy.text.conform import Checker

QUICK = settings(max_examples=400, deadline=None, derandomize=True, database=None)

SCHEMAS = [
    True,
    False,
    {"type": "integer"},
    {"type": ["string", "null"]},
    {"const": 1},
    {"const": True},
    {"enum": [1, "a", [0], {"k": 1}]},
    {"minimum": 1, "exclusiveMaximum": 5},
    {"multipleOf": 2},
    {"multipleOf": 0.5},
    {"minLength": 2, "maxLength": 3},
    {"pattern": "^a+b?$"},
    {"items": {"type": "integer"}},
    {"prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
    {"contains": {"const": 1}, "minContains": 2, "maxContains": 3},
    {"contains": {"const": 1}, "minContains": 0},
    {"uniqueItems": True},
    {"minItems": 1, "maxItems": 2},
    {"required": ["a"]},
    {"properties": {"a": {"type": "integer"}}, "additionalProperties": False},
    {"patternProperties": {"^a": {"type": "integer"}}, "additionalProperties": {"type": "string"}},
    {"propertyNames": {"maxLength": 1}},
    {"minProperties": 1, "maxProperties": 2},
    {"dependentRequired": {"a": ["b"]}},
    {"dependentSchemas": {"a": {"required": ["b"]}}},
    {"allOf": [{"type": "integer"}, {"minimum": 1}]},
    {"anyOf": [{"type": "integer"}, {"type": "string"}]},
    {"oneOf": [{"type": "integer"}, {"minimum": 1}]},
    {"not": {"type": "integer"}},
    {"if": {"type": "integer"}, "then": {"minimum": 1}, "else": {"type": "string"}},
    {"$defs": {"n": {"type": ["integer", "array"], "items": {"$ref": "#/$defs/n"}}}, "$ref": "#/$defs/n"},
]

values = st.recursive(
    st.sampled_from([None, True, False, 0, 1, 1.0, 2, 3, 4.5, 5, -1, 0.5, "", "a", "ab", "aab", "b", "abc"]),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(["a", "b", "ab"]), inner, max_size=3)),
    max_leaves=6,
)


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
@settings(QUICK, max_examples=40)
@given(value=values)
def test_agrees_with_an_independent_validator(schema, value):
    assert Checker(schema).accepts(schema, value) is Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize(
    "schema",
    [
        5,
        None,
        "x",
        [],
        {"type": 5},
        {"type": "any"},
        {"properties": []},
        {"required": "a"},
        {"items": 5},
        {"pattern": 5},
        {"minimum": "a"},
        {"$ref": 5},
        {"$ref": "#"},
        {"$ref": "#/x"},
        {"allOf": {}},
        {"anyOf": []},
        {"enum": {}},
        {"not": 5},
        {"multipleOf": 0},
        {"if": 1},
    ],
    ids=str,
)
@pytest.mark.parametrize("value", [None, 1, "a", [1], {"a": 1}])
def test_a_senseless_keyword_is_no_constraint(schema, value):
    assert Checker(schema).accepts(schema, value)


def test_work_is_bounded():
    nests = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)}
    schema = {"$defs": nests, "$ref": "#/$defs/d0"}
    assert Checker(schema).accepts(schema, 1)


def test_the_work_of_patterns_adds_up(monkeypatch):
    searches = []
    monkeypatch.setattr("understudy.text.conform.fits", lambda pattern, text: searches.append(text) or True)
    schema = {"items": {"pattern": "(a|b|c){500}x?"}}
    assert Checker(schema).accepts(schema, ["a" * 1_000 + str(n) for n in range(500)])
    assert 0 < len(searches) < 100
    searches.clear()
    assert Checker(schema).accepts(schema, [str(n) for n in range(500)])
    assert len(searches) == 500
    searches.clear()
    assert Checker(schema).accepts(schema, ["a" * 1_000] * 500)
    assert len(searches) == 1  # the same again costs nothing


def test_the_work_of_patterns_of_names_adds_up(monkeypatch):
    searches = []
    monkeypatch.setattr("understudy.text.conform.fits", lambda pattern, text: searches.append(text) or False)
    schema = {"patternProperties": {"(a|b|c){500}x?": False}}
    assert Checker(schema).accepts(schema, dict.fromkeys("a" * 1_000 + str(n) for n in range(500)))
    assert 0 < len(searches) < 100
