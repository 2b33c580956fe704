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
    "anyOf at the root": (
        shape(anyOf=[shape()]),
        "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'const'/'not' at the top level.",
    ),
    "allOf": (shape({"a": {"allOf": [TEXT]}}), "In context=('properties', 'a'), 'allOf' is not permitted."),
    "oneOf": (shape({"a": {"oneOf": [TEXT]}}), "In context=('properties', 'a'), 'oneOf' is not permitted."),
    "default": (shape({"a": {**TEXT, "default": "x"}}), "In context=('properties', 'a'), 'default' is not permitted."),
    "items missing": (shape({"a": {"type": "array"}}), "In context=('properties', 'a'), array schema missing items."),
    "items of each place": (
        shape({"a": {"type": "array", "items": [TEXT]}}),
        "In context=('properties', 'a'), array schema items is not an object.",
    ),
    "type missing": (shape({"a": {}}), "In context=('properties', 'a'), schema must have a 'type' key."),
    "reference with company": (
        shape({"a": {"$ref": "#/$defs/b", "description": "d", "default": 1}}, **{"$defs": {"b": TEXT}}),
        "In context=('properties', 'a'), 'default' is not permitted.",
    ),
    "reference with a description": (
        shape({"a": {"$ref": "#/$defs/b", "title": "t", "description": "d"}}, **{"$defs": {"b": TEXT}}),
        "context=('properties', 'a'), $ref cannot have keywords {'description', 'title'}.",
    ),
    "reference to nothing": (
        shape({"a": {"$ref": "#/$defs/c"}}, **{"$defs": {"b": TEXT}}),
        "In context=('properties', 'a'), reference to component '#/$defs/c' which was not found in the schema.",
    ),
    "constant without type": (shape({"a": {"const": 1}}), "In context=('properties', 'a'), schema must have a 'type' key."),
    "format nobody knows": (
        shape({"a": {**TEXT, "format": "uri"}}),
        "In context=('properties', 'a'), 'uri' is not a valid format.",
    ),
    "in a definition": (
        shape({"a": {"$ref": "#/$defs/b"}}, **{"$defs": {"b": {"type": "object"}}}),
        "In context=('$defs', 'b'), 'additionalProperties' is required to be supplied and to be false.",
    ),
    "in a branch": (
        shape({"a": {"anyOf": [TEXT, {"type": "object"}]}}),
        "In context=('properties', 'a', 'anyOf', '1'), 'additionalProperties' is required to be supplied and to be false.",
    ),
    "too deep": (deep(16), "16 levels of nesting exceeds limit of 10."),
    "too many properties": (
        shape({f"p{i}": TEXT for i in range(5_001)}),
        "5001 parameters exceeds limit of 5000.",
    ),
    "too many members": (
        shape({"a": {"enum": list(range(1_001))}}),
        (
            "Expected at most 1000 enum values in total within a single schema when using structured outputs, but received "
            "1001. Consider reducing the number of enums, or use 'strict: false' to opt out of structured outputs."
        ),
    ),
    "too long members": (
        shape({"a": {"enum": [f"{i:060}" for i in range(251)]}}),
        (
            "Expected at most 15000 total characters across enum values when there are more than 250 enum values, but received "
            "15060. Consider reducing the number of enums, or opt out of structured outputs by setting 'strict: false'."
        ),
    ),
    "a schema that is none": (shape({"a": 7}), "In context=('properties', 'a'), schema must be an object."),
}


@pytest.mark.parametrize(("schema", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_strict_answer_format_is_refused(ask, chat, schema, reason):
    answer = ask(chat(**form(copy.deepcopy(schema))))
    assert (answer.status, answer.error) == (
        400,
        (f"Invalid schema for response_format 'x': {reason}", "response_format", "invalid_json_schema"),
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
    shape({"a": {"type": ["string", "null"]}, "b": {"enum": [1, 2]}, "c": {"const": 1, "type": "integer"}}),
    shape({"a": {"type": "array", "items": shape(), "minItems": 1, "maxItems": 3}}),
    shape({"a": {**TEXT, "pattern": "^a", "format": "date", "description": "d"}, "b": {"type": "number", "multipleOf": 2}}),
    shape({"a": {"$ref": "#/$defs/b"}}, **{"$defs": {"b": shape({"b": {"$ref": "#/$defs/b"}})}}),
    shape({"self": {"$ref": "#"}}),
]


@pytest.mark.parametrize("schema", GOOD, ids=range(len(GOOD)))
def test_what_strict_mode_supports_is_accepted(ask, chat, schema):
    assert ask(chat(**form(schema))).status == 200


@pytest.mark.parametrize("schema", [{}, {"type": "object"}, {"allOf": [{}]}, shape(required=[])])
def test_schemas_that_are_not_strict_may_say_what_they_like(ask, chat, schema):
    assert ask(chat(**form(schema, strict=False))).status == 200


@pytest.mark.parametrize("schema", [{}, {"type": "object", "properties": {}}, shape({"a": {"allOf": [{}]}}, required=[])])
def test_functions_that_are_not_strict_may_say_nearly_what_they_like(ask, chat, schema):
    assert ask(chat(tools=[{"type": "function", "function": {"name": "f", "parameters": schema}}])).status == 200


LOOSE = {
    "no type": ({"anyOf": [{}]}, "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"None\"'."),
    "no properties": ({"type": "object"}, "In context=(), object schema missing properties."),
    "not at the root": (
        shape(**{"not": {}}),
        "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'const'/'not' at the top level.",
    ),
    "required that is no list": (
        shape({"a": {"type": "object", "properties": {}, "required": True}}),
        "True is not of type 'array'.",
    ),
    "required that are no names": (shape({"a": TEXT}, required=["a", {}]), "{} is not of type 'string'."),
    "properties that are none": ({"type": "object", "properties": [{}]}, "[{}] is not of type 'object'."),
    "a property that is none": (shape({"a": "text"}), "'text' is not of type 'object', 'boolean'."),
    "no items": (
        shape({"a": {"type": "array", "items": {"type": "array"}}}),
        "In context=('properties', 'a', 'items'), array schema missing items.",
    ),
}


@pytest.mark.parametrize(("schema", "reason"), LOOSE.values(), ids=LOOSE)
def test_a_function_that_is_not_strict_is_refused(ask, chat, schema, reason):
    answer = ask(chat(tools=[{"type": "function", "function": {"name": "f", "parameters": schema}}]))
    message = f"Invalid schema for function 'f': {reason}"
    assert answer.error == (message, "tools[0].function.parameters", "invalid_function_parameters")


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
    assert ask(chat(**form(shape({"a": schema})))).error[0].endswith("levels of nesting exceeds limit of 10.")


def test_lenient_mode_takes_any_schema(engine, ask, chat):
    assert ask(chat(**form({"type": "object"})), to=engine(validation="lenient")).status == 200
