"""Every alternative is flat, demands what the schema demands together, and there are never many."""

from __future__ import annotations

import pytest

from understudy.text.alternatives import Alternatives, merge


def ways(schema: object, root: object = None) -> list[dict[str, object]]:
    return list(Alternatives(schema if root is None else root, list).of(schema))


@pytest.mark.parametrize(
    ("schema", "flat"),
    [
        (True, [{}]),
        ({}, [{}]),
        (5, [{}]),
        (False, []),
        ({"type": "string"}, [{"type": "string"}]),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, [{"type": "string"}, {"type": "null"}]),
        ({"oneOf": [{"const": 1}, False, {"const": 2}]}, [{"const": 1}, {"const": 2}]),
        ({"minimum": 1, "allOf": [{"minimum": 2}, {"type": "integer"}]}, [{"minimum": 2, "type": "integer"}]),
        ({"type": "string", "anyOf": [{"type": "integer"}, {"minLength": 2}]}, [{"type": "string", "minLength": 2}]),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, []),
        (
            {"if": {"const": 1}, "then": {"minimum": 1}, "else": {"maxLength": 2}},
            [{"const": 1, "minimum": 1}, {"maxLength": 2}],
        ),
    ],
)
def test_ways(schema, flat):
    assert ways(schema) == flat


def test_combiners_combine():
    schema = {"anyOf": [{"minimum": 1}, {"minimum": 2}], "oneOf": [{"maximum": 8}, {"maximum": 9}]}
    assert [(way["minimum"], way["maximum"]) for way in ways(schema)] == [(1, 8), (1, 9), (2, 8), (2, 9)]


def test_references_are_followed_with_what_stands_beside_them():
    root = {"$defs": {"name": {"type": "string", "minLength": 1}}}
    assert ways({"$ref": "#/$defs/name", "maxLength": 5}, root) == [{"type": "string", "minLength": 1, "maxLength": 5}]


def test_references_that_go_round_end():
    root = {"$defs": {"a": {"$ref": "#/$defs/b", "type": "string"}, "b": {"$ref": "#/$defs/a"}}}
    assert ways({"$ref": "#/$defs/a"}, root) == [{"type": "string"}]


@pytest.mark.parametrize("combiner", ["allOf", "anyOf"])
@pytest.mark.parametrize("end", [True, False, {"type": "string"}])
def test_nests_that_multiply_end(combiner, end):
    nests = {f"d{n}": {combiner: [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(60)}
    assert len(ways({"$ref": "#/$defs/d0"}, {"$defs": nests | {"d60": end}})) <= 12


@pytest.mark.parametrize("combiner", ["allOf", "anyOf", "oneOf"])
def test_deep_nests_end(combiner):
    schema: object = {"type": "string"}
    for _ in range(500):
        schema = {combiner: [schema]}
    assert len(ways(schema)) == 1


def test_branches_are_tried_in_the_order_given():
    made = Alternatives(True, lambda branches: branches[::-1])
    assert list(made.of({"anyOf": [{"const": 1}, {"const": 2}]})) == [{"const": 2}, {"const": 1}]


@pytest.mark.parametrize(
    ("one", "other", "merged"),
    [
        ({"type": ["integer", "null"]}, {"type": "number"}, {"type": ["integer"]}),
        ({"type": "number"}, {"type": ["integer", "string"]}, {"type": ["integer"]}),
        ({"type": "nonsense"}, {"type": "string"}, {"type": "string"}),
        ({"enum": [1, 2, 3]}, {"enum": [3, 2.0, 5]}, {"enum": [2, 3]}),
        ({"enum": [1]}, {"enum": [2]}, None),
        ({"const": 1}, {"const": 2}, None),
        ({"const": 1}, {"const": 1.0}, {"const": 1.0}),
        ({"required": ["a"]}, {"required": ["b", "a"]}, {"required": ["a", "b"]}),
        ({"properties": {"a": 1, "b": 2}}, {"properties": {"b": 3}}, {"properties": {"a": 1, "b": {"allOf": [2, 3]}}}),
        ({"minimum": 1, "maximum": 9}, {"minimum": 2, "maximum": 8}, {"minimum": 2, "maximum": 8}),
        ({"minimum": "x"}, {"minimum": 2}, {"minimum": 2}),
        ({"multipleOf": 4}, {"multipleOf": 6}, {"multipleOf": 12}),
        ({"items": 1}, {"items": 2}, {"items": {"allOf": [1, 2]}}),
        ({"prefixItems": [1, 2]}, {"prefixItems": [3]}, {"prefixItems": [{"allOf": [1, 3]}, 2]}),
        ({"not": 1}, {"not": 2}, {"not": {"anyOf": [1, 2]}}),
        ({"uniqueItems": False}, {"uniqueItems": True}, {"uniqueItems": True}),
        ({"title": "a"}, {"title": "b"}, {"title": "a"}),
    ],
)
def test_merging_demands_both(one, other, merged):
    assert merge(one, other) == merged
