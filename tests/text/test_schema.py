"""Values are valid against their schema, taken from the prompt where they fit, and made from any schema whatever."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from understudy.text.schema import value_for

QUICK = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

TEXT: dict[str, Any] = {"type": "string"}
WHOLE: dict[str, Any] = {"type": "integer"}


def form(required: list[str] | None = None, **properties: object) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    return schema if required is None else schema | {"required": required}


UNITS = {"type": "string", "enum": ["celsius", "fahrenheit"]}


@pytest.mark.parametrize(
    ("schema", "hint", "value"),
    [
        (form(["input"], input=WHOLE), "What is the value of magic_function(3)?", {"input": 3}),
        (
            form(["location"], location=TEXT, unit=UNITS),
            "What's the weather in Boston, in Fahrenheit?",
            {"location": "Boston", "unit": "fahrenheit"},
        ),
        (form(a={"type": "number"}, b={"type": "number"}), "What is 2 plus 3?", {"a": 2, "b": 3}),
        (
            form(
                ["origin", "destination", "date"],
                origin=TEXT,
                destination=TEXT,
                date=TEXT | {"format": "date"},
                passengers=WHOLE,
            ),
            "Book a flight from New York to London on 2026-12-01 for 2 passengers",
            {"origin": "New York", "destination": "London", "date": "2026-12-01", "passengers": 2},
        ),
        (form(["query"], query=TEXT), "Where is the best pizza in Naples?", {"query": "Where is the best pizza in Naples?"}),
        (form(["name", "age"], name=TEXT, age=WHOLE), "My name is Alice Smith and I am 30", {"name": "Alice Smith", "age": 30}),
        (form(["xs"], xs={"type": "array", "items": {"type": "number"}}), "Add 1, 2.5 and 40", {"xs": [1, 2.5, 40]}),
        (form(["on"], on={"type": "boolean"}), "on: no", {"on": False}),
        (form(["url"], url=TEXT | {"format": "uri"}), "Fetch https://example.org/a?b=1.", {"url": "https://example.org/a?b=1"}),
        (form(["k"], k={"const": 5}), "", {"k": 5}),
        ({"oneOf": [form(["kind"], kind={"const": c}) for c in ("cat", "dog")]}, "I have a dog", {"kind": "dog"}),
        ({"type": "object"}, "anything", {}),
        ({}, "anything", {}),
        (False, "anything", None),
    ],
)
def test_values_come_from_the_prompt(draws, schema, hint, value):
    assert value_for(schema, draws(), hint) == value


def test_the_same_draws_give_the_same_value_and_others_another(draws):
    schema = form(["a", "b", "c"], a=TEXT, b=WHOLE, c=TEXT | {"format": "uuid"})
    assert value_for(schema, draws(1)) == value_for(schema, draws(1))
    assert len({json.dumps(value_for(schema, draws(seed))) for seed in range(10)}) == 10
    assert value_for(schema, draws(1), purpose="a") != value_for(schema, draws(1), purpose="b")


def test_properties_stand_in_the_order_of_the_schema(draws):
    schema = form(["z", "a"], b=TEXT, a=TEXT, z=TEXT)
    assert list(value_for(schema, draws())) == ["b", "a", "z"]


def test_optional_properties_of_large_objects_appear_when_the_prompt_speaks_of_them(draws):
    schema = form(["p0"], **{f"p{n}": TEXT for n in range(20)}, city=TEXT, limit=WHOLE, page=WHOLE)
    assert set(value_for(schema, draws(), "hotels in Rome, limit 5")) == {"p0", "city", "limit"}


def test_optional_properties_of_small_objects_appear(draws):
    assert set(value_for(form(["a"], a=TEXT, b=TEXT), draws())) == {"a", "b"}
    assert set(value_for(form(a=TEXT, b=TEXT), draws())) == {"a", "b"}


FLAG: dict[str, Any] = {"type": "boolean"}


@pytest.mark.parametrize("hint", ["", "turn it on", "run it"])
@pytest.mark.parametrize(
    ("schema", "kept"),
    [
        (form(["a"], a=TEXT, force=FLAG), {"a"}),
        (form(a=TEXT, force=FLAG), {"a"}),
        (form(["a"], a=TEXT, force={"type": ["boolean", "null"], "default": True}), {"a"}),
        (form(["a"], a=TEXT, force={"enum": [True, False]}), {"a"}),
        (form(["a"], a=TEXT, force={"const": True}), {"a"}),
        (form(["a"], a=TEXT, force={"anyOf": [FLAG, {"type": "null"}]}), {"a"}),
        (form(["a"], a=TEXT, power_off=FLAG), {"a"}),
        (form(["a"], a=TEXT, force={"$ref": "#/$defs/flag"}) | {"$defs": {"flag": FLAG}}, {"a"}),
        (form(["a", "force"], a=TEXT, force=FLAG), {"a", "force"}),
        (form(["a"], a=TEXT, force=FLAG) | {"minProperties": 2}, {"a", "force"}),
        (form(["a"], a=TEXT, force=FLAG) | {"dependentRequired": {"a": ["force"]}}, {"a", "force"}),
        (form(["a"], a=TEXT, b=WHOLE), {"a", "b"}),
    ],
)
def test_who_is_sparing_leaves_out_a_yes_or_no_that_nobody_named(draws, schema, kept, hint):
    for seed in range(4):
        value = value_for(schema, draws(seed), hint, sparing=True)
        assert set(value) == kept
        Draft202012Validator(schema).validate(value)


@pytest.mark.parametrize(("hint", "force"), [("force it", True), ("force: no", False), ("without force", False)])
def test_who_is_sparing_says_yes_or_no_of_what_was_named(draws, hint, force):
    for nested in (form(["a"], a=TEXT, force=FLAG), form(["a"], a=TEXT, force={"anyOf": [FLAG, {"type": "null"}]})):
        assert value_for(form(o=nested), draws(), hint, sparing=True)["o"]["force"] is force


def test_who_is_sparing_says_null_where_that_stands_for_leaving_out(draws):
    schema = form(["force"], force={"anyOf": [FLAG, {"type": "null"}]})
    assert value_for(schema, draws(), "", sparing=True) == {"force": None}
    assert value_for(schema, draws(), "force it", sparing=True) == {"force": True}
    assert value_for(schema, draws(), "") != {"force": None}


class _Name(str):
    """A name that counts how often it is compared."""

    __slots__ = ()
    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        _Name.compared += 1
        return str.__eq__(self, other)


def test_no_name_is_compared_with_all_others(draws):
    named = [_Name(f"p{number}") for number in range(200)]
    assert len(value_for(form(named) | {"properties": dict.fromkeys(named, TEXT)}, draws())) == 200
    assert _Name.compared < 20 * 200


def test_recursive_schemas_end_soon(draws):
    node = form(["value", "next"], value=WHOLE, next={"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]})
    value = value_for({"$defs": {"node": node}, "$ref": "#/$defs/node"}, draws())
    assert value["next"] is not None
    assert json.dumps(value).count("{") < 10


@pytest.mark.parametrize(
    "said",
    [
        {"pattern": "^z", "minLength": 5},
        {"pattern": "z$", "minLength": 5},
        {"allOf": [{"pattern": "z"}, {"minLength": 5}]},
        {"pattern": "^(a|bb|ccc)+$", "minLength": 10, "maxLength": 11},
        {"format": "email", "maxLength": 8},
        {"format": "email", "minLength": 60},
        {"format": "uri", "minLength": 60},
        {"format": "uri", "maxLength": 4},
        {"format": "hostname", "maxLength": 3},
    ],
    ids=str,
)
def test_a_text_has_its_form_and_its_length(draws, said):
    schema = form(["v"], v=TEXT | said)
    for seed in range(5):
        value = value_for(schema, draws(seed))
        Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(value)


def test_items_of_a_set_differ(draws):
    for items in ({"type": "integer"}, {"enum": list(range(12))}, TEXT, {"type": "boolean"}):
        found = value_for({"type": "array", "items": items, "minItems": 12, "uniqueItems": True}, draws())
        assert len(set(found)) == len(found) == (2 if items == {"type": "boolean"} else 12)


PATTERNS = [
    "^[a-z]+$",
    "^[A-Z]{3}-[0-9]{4}$",
    "^(foo|bar)+$",
    "\\d{3}",
    "^.{3,5}$",
    "^x?y*z+$",
    "^\\+?[1-9]\\d{1,14}$",
    "[aeiou]",
    "^$",
]
FORMATS = ["date", "date-time", "time", "email", "uuid", "uri", "ipv4", "ipv6", "hostname", "duration"]
NAMES = st.sampled_from(
    ["city", "name", "age", "unit", "email", "count", "items", "a", "b", "c", "createdAt", "x-y", "price", "tags"]
)

texts = st.one_of(
    st.just({}),
    st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: {"minLength": min(pair), "maxLength": max(pair)}),
    st.sampled_from(PATTERNS).map(lambda pattern: {"pattern": pattern}),
    st.sampled_from(FORMATS).map(lambda kind: {"format": kind}),
    st.lists(st.text(max_size=8), min_size=1, max_size=5).map(lambda members: {"enum": members}),
    st.text(max_size=5).map(lambda only: {"const": only}),
).map(lambda keywords: {"type": "string", **keywords})

others = st.sampled_from(
    [
        {"const": 5},
        {"enum": [1, "a", None, [1], {"k": 2}]},
        {"type": ["string", "null"]},
        {"type": ["integer", "string"]},
        {"not": {"type": "string"}},
        {"not": {"type": "object"}},
        {"type": "integer", "not": {"const": 1}},
        True,
        {},
        {"type": "boolean"},
        {"type": "null"},
    ]
)


@st.composite
def numbers(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["integer", "number"]))
    low = draw(st.integers(-1000, 1000) if kind == "integer" else st.floats(-1000, 1000, allow_nan=False))
    schema: dict[str, Any] = {"type": kind}
    if draw(st.booleans()):
        schema[draw(st.sampled_from(["minimum", "exclusiveMinimum"]))] = low
    if draw(st.booleans()):
        schema[draw(st.sampled_from(["maximum", "exclusiveMaximum"]))] = low + draw(st.integers(3, 500))
    if draw(st.booleans()):
        schema["multipleOf"] = draw(st.sampled_from([1, 2] if kind == "integer" else [0.5, 0.25, 1, 2, 0.1]))
    return schema


@st.composite
def arrays(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    least = draw(st.integers(0, 3))
    schema: dict[str, Any] = {"type": "array", "minItems": least}
    shape = draw(st.sampled_from(["plain", "tuple", "set", "contains"]))
    if shape == "set":
        return schema | {"items": {"type": "integer"}, "uniqueItems": True}
    if shape == "contains":
        return schema | {"contains": {"type": "string", "minLength": 2}}
    if draw(st.booleans()):
        schema["maxItems"] = least + draw(st.integers(0, 3))
    if shape == "tuple":
        schema["prefixItems"] = draw(st.lists(inner, max_size=2))
    return schema | ({"items": draw(inner)} if draw(st.booleans()) else {})


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    properties = draw(st.dictionaries(NAMES, inner, max_size=10))
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    known = sorted(properties)
    if known and draw(st.booleans()):
        schema["required"] = draw(st.lists(st.sampled_from(known), unique=True))
    if draw(st.booleans()):
        schema["additionalProperties"] = draw(st.one_of(st.just(False), inner))
    rule = draw(st.sampled_from(["none", "least", "most", "dependent"]))
    if rule == "least":
        schema["minProperties"] = min(len(known), draw(st.integers(0, 5)))
    if rule == "most":
        schema["maxProperties"] = max(len(schema.get("required", [])), draw(st.integers(0, 5)))
    if rule == "dependent" and len(known) > 1:
        schema["dependentRequired"] = {known[0]: [known[1]]}
    return schema


@st.composite
def combined(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    return draw(
        st.sampled_from(
            [
                {"anyOf": draw(st.lists(inner, min_size=1, max_size=3))},
                {"anyOf": [draw(inner), {"type": "null"}]},
                {
                    "oneOf": [
                        TEXT,
                        {"type": "integer", "minimum": 3},
                        {"type": "array", "items": draw(inner)},
                        {"type": "number", "maximum": 5},
                    ]
                },
                {
                    "oneOf": [
                        form(["kind", "v"], kind={"const": c}, v=draw(inner)) | {"additionalProperties": False} for c in "xyz"
                    ]
                },
                {
                    "allOf": [
                        form(["p"], p=draw(inner)),
                        form(["q"], q=draw(inner)),
                        {"properties": {"q": True, "r": draw(texts)}},
                    ]
                },
                {"$ref": draw(st.sampled_from(["#/$defs/leaf", "#/$defs/node", "#/$defs/alias", "#node"]))},
                form(["k"], k={"enum": ["a", "b"]})
                | {
                    "if": {"properties": {"k": {"const": "a"}}},
                    "then": form(["va"], va=draw(texts)),
                    "else": form(["vb"], vb=draw(numbers())),
                },
            ]
        )
    )


DEFINITIONS = {
    "leaf": {"type": "string", "minLength": 1},
    "alias": {"$ref": "#/$defs/leaf"},
    "node": {
        "$anchor": "node",
        **form(
            ["value", "next"],
            value=WHOLE,
            next={"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
            children={"type": "array", "items": {"$ref": "#/$defs/node"}},
        ),
    },
}
schemas = st.recursive(
    st.one_of(texts, numbers(), others), lambda inner: st.one_of(arrays(inner), objects(inner), combined(inner)), max_leaves=10
)
HINTS = ["", "My name is Bob Smith, 30 years old, in Paris on 2026-01-02, count 4, 'quoted', mail a@b.co"]


@QUICK
@given(schema=schemas, hint=st.sampled_from(HINTS), seed=st.integers(0, 5))
def test_values_are_valid_says_an_independent_validator(draws, schema, hint, seed):
    whole = schema | {"$defs": DEFINITIONS} if isinstance(schema, dict) else schema
    value = value_for(whole, draws(seed), hint)
    check = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [error.message for error in check.iter_errors(value)] == []
    json.dumps(value)


KEYWORDS = """type properties required items prefixItems anyOf oneOf allOf not if then else $ref $defs enum const minimum
maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern format minItems maxItems
uniqueItems contains minContains maxContains additionalProperties patternProperties propertyNames
minProperties maxProperties dependentRequired dependentSchemas description default examples example $anchor"""
atoms = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from(["string", "object", "array", "integer", "null", "#", "#/$defs/a", "^[a-z", "(a+)+$", "date", "#/allOf/0"]),
    st.sampled_from([10**400, -(10**400), 1e308, 5e-324, float("inf"), float("nan"), 2**63]),
)
wild = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(KEYWORDS.split()), st.text(max_size=4)), inner, max_size=6),
    ),
    max_leaves=25,
)


@QUICK
@given(
    schema=st.one_of(wild, st.dictionaries(st.sampled_from(KEYWORDS.split()), wild, max_size=8)), hint=st.sampled_from(HINTS)
)
def test_no_schema_is_too_senseless(draws, schema, hint):
    value_for(schema, draws(), hint)


def nested(levels: int, **wrap: Any) -> Any:
    """Put a schema into itself, many times over: `{}` in the wrapping stands for the schema inside."""
    schema: Any = {"type": "string"}
    for _ in range(levels):
        schema = {key: schema if value is None else [schema] if value == [] else value for key, value in wrap.items()}
    return schema


@pytest.mark.parametrize(
    "schema",
    [
        nested(400, type="array", items=None, minItems=1),
        nested(400, allOf=[]),
        nested(400, anyOf=[]),
        {"$ref": "#"},
        form(["a"], a={"$ref": "#"}),
        form(list("abcdefgh"), **{name: {"$ref": "#"} for name in "abcdefgh"}),
        {"$ref": "#/$defs/d0", "$defs": {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(50)}},
        {
            "$ref": "#/$defs/d0",
            "$defs": {f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(50)} | {"d50": False},
        },
        {"type": "array", "minItems": 10**9},
        {"type": "array", "minItems": 10**9, "uniqueItems": True, "items": {"type": "boolean"}},
        {"type": "string", "minLength": 10**9},
        {"type": "object", "minProperties": 10**9},
        {"type": "string", "pattern": "(a+)+$", "minLength": 5000},
        {"type": "array", "minItems": 300, "items": {"type": "string", "pattern": "^(a{999}){99}b$"}},
        {"type": "array", "minItems": 300, "items": {"type": "array", "minItems": 50, "items": False}},
    ],
    ids=range(15),
)
def test_hostile_schemas_end(draws, schema):
    """Each of these would run for hours, or exhaust memory or the stack, if work were not bounded."""
    assert len(json.dumps(value_for(schema, draws(), "hello"))) < 3_000_000


def test_many_texts_of_a_pattern_with_large_classes_are_held_to_it(draws):
    text = {"type": "string", "pattern": r"^[\p{L}\p{N} '-]{1,255}$"}
    schema = form([f"query{number}" for number in range(10)], **{f"query{number}": text for number in range(10)})
    value = value_for(schema, draws(), "What is the meaning of this? And that! " * 4)
    assert [said for said in value.values() if "?" in said] == []
