"""Which schemas strict mode takes, and the API's words for the others (wire.md 2.4)."""

from __future__ import annotations

import copy

import pytest

TEXT = {"type": "string"}


def shape(properties=None, **more):
    properties = {"a": TEXT} if properties is None else properties
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False, **more}


def form(schema, *, strict=True):
    return {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "strict": strict, "schema": schema}}}


def deep(levels):
    schema = shape()
    for _ in range(levels - 1):
        schema = shape({"a": schema})
    return schema


NOT_ALL = "'required' is required to be supplied and to be an array including every key in properties."
REFUSED = {
    "additionalProperties missing": (
        {"type": "object", "properties": {"a": TEXT}, "required": ["a"]},
        "In context=(), 'additionalProperties' is required to be supplied and to be false.",
    ),
    "additionalProperties true": (
        shape(additionalProperties=True),
        "In context=(), 'additionalProperties' is required to be supplied and to be false.",
    ),
    "required missing": (
        {"type": "object", "properties": {"a": TEXT}, "additionalProperties": False},
        f"In context=(), {NOT_ALL} Missing 'a'.",
    ),
    "required inside items": (
        shape({"x": {"type": "array", "items": shape({"roles": TEXT}, required=[])}}),
        f"In context=('properties', 'x', 'items'), {NOT_ALL} Missing 'roles'.",
    ),
    "required too much": (shape(required=["a", "b"]), f"In context=(), {NOT_ALL} Extra required key 'b' supplied."),
    "array at the root": (
        {"type": "array", "items": TEXT},
        "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"array\"'.",
    ),
    "nothing at the root": ({}, "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"None\"'."),
    "anyOf at the root": (shape(anyOf=[shape()]), "In context=(), schema must not have 'anyOf' at the top level."),
    "allOf": (shape({"a": {"allOf": [TEXT]}}), "In context=('properties', 'a'), 'allOf' is not permitted."),
    "oneOf": (shape({"a": {"oneOf": [TEXT]}}), "In context=('properties', 'a'), 'oneOf' is not permitted."),
    "default": (shape({"a": {**TEXT, "default": "x"}}), "In context=('properties', 'a'), 'default' is not permitted."),
    "items missing": (shape({"a": {"type": "array"}}), "In context=('properties', 'a'), array schema missing items."),
    "type missing": (shape({"a": {}}), "In context=('properties', 'a'), schema must have a 'type' key."),
    "reference with company": (
        shape({"a": {"$ref": "#/$defs/b", "minLength": 1}}),
        "In context=('properties', 'a'), $ref cannot have keywords {'minLength'}.",
    ),
    "in a definition": (
        shape({"a": {"$ref": "#/$defs/b"}}, **{"$defs": {"b": {"type": "object"}}}),
        "In context=('$defs', 'b'), 'additionalProperties' is required to be supplied and to be false.",
    ),
    "in a branch": (
        shape({"a": {"anyOf": [TEXT, {"type": "object"}]}}),
        "In context=('properties', 'a', 'anyOf', '1'), 'additionalProperties' is required to be supplied and to be false.",
    ),
    "too deep": (deep(11), "11 levels of nesting exceeds limit of 10."),
    "too many properties": (
        shape({f"p{i}": TEXT for i in range(5_001)}),
        "Expected at most 5000 object properties in total, but got 5001.",
    ),
    "too many members": (
        shape({"a": {"enum": list(range(1_001))}}),
        "Expected at most 1000 enum values in total, but got 1001.",
    ),
    "a schema that is none": (shape({"a": 7}), "In context=('properties', 'a'), schema must be an object."),
}


@pytest.mark.parametrize(("schema", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_strict_answer_format_is_refused(ask, chat, schema, reason):
    answer = ask(chat(**form(copy.deepcopy(schema))))
    assert (answer.status, answer.error) == (
        400,
        (f"Invalid schema for response_format 'x': {reason}", "response_format", None),
    )


@pytest.mark.parametrize(("schema", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_strict_function_is_refused(ask, chat, schema, reason):
    tool = {"type": "function", "function": {"name": "f", "strict": True, "parameters": schema}}
    answer = ask(chat(tools=[tool]))
    message = f"Invalid schema for function 'f': {reason}"
    assert (answer.status, answer.error) == (400, (message, "tools[0].function.parameters", "invalid_function_parameters"))


GOOD = [
    shape(),
    shape({}),
    deep(10),
    shape({"a": {"anyOf": [TEXT, {"type": "null"}]}}),
    shape({"a": {"type": ["string", "null"]}, "b": {"enum": [1, 2]}, "c": {"const": 1}}),
    shape({"a": {"type": "array", "items": shape(), "minItems": 1, "maxItems": 3}}),
    shape({"a": {**TEXT, "pattern": "^a", "format": "date", "description": "d"}, "b": {"type": "number", "multipleOf": 2}}),
    shape({"a": {"$ref": "#/$defs/b", "description": "again"}}, **{"$defs": {"b": shape({"b": {"$ref": "#/$defs/b"}})}}),
    shape({"self": {"$ref": "#"}}),
]


@pytest.mark.parametrize("schema", GOOD, ids=range(len(GOOD)))
def test_what_strict_mode_supports_is_accepted(ask, chat, schema):
    assert ask(chat(**form(schema))).status == 200


@pytest.mark.parametrize("schema", [{}, {"type": "object"}, {"allOf": [{}]}, shape(required=[])])
def test_schemas_that_are_not_strict_may_say_what_they_like(ask, chat, schema):
    assert ask(chat(**form(schema, strict=False))).status == 200
    assert ask(chat(tools=[{"type": "function", "function": {"name": "f", "parameters": schema}}])).status == 200


def test_arguments_are_an_object_whatever_the_mode(ask, chat):
    answer = ask(chat(tools=[{"type": "function", "function": {"name": "f", "parameters": {"type": "array"}}}]))
    assert (
        answer.error[0]
        == "Invalid schema for function 'f': schema must be a JSON Schema of 'type: \"object\"', got 'type: \"array\"'."
    )


def test_a_schema_without_an_end_is_refused_and_nothing_worse(ask, chat):
    schema = {"anyOf": [TEXT]}
    for _ in range(200):
        schema = {"anyOf": [schema]}
    assert ask(chat(**form(shape({"a": schema})))).error[0].endswith("levels of nesting exceeded.")


def test_lenient_mode_takes_any_schema(engine, ask, chat):
    assert ask(chat(**form({"type": "object"})), to=engine(validation="lenient")).status == 200
