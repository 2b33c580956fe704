"""Schemas of the API's own kind: names it does not know, and what it refuses of those it knows."""

from __future__ import annotations

import pytest

PLACE = "tools[0].function_declarations[0].parameters.properties[0].value"
AT = "* GenerateContentRequest.tools[0].function_declarations[0].parameters"


@pytest.fixture
def offering(contents):
    """The body of a request that offers a function with one parameter."""

    def made(parameter, **schema):
        parameters = {"type": "OBJECT", "properties": {"it": parameter}, **schema}
        return contents("x", tools=[{"functionDeclarations": [{"name": "f", "parameters": parameters}]}])

    return made


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ({"type": "array"}, ".properties[it].items: missing field.\n"),
        ({"type": "OBJECT"}, ".properties[it].properties: should be non-empty for OBJECT type\n"),
        (
            {"type": "STRING", "format": "uri"},
            ".properties[it].format: only 'enum' and 'date-time' are supported for STRING type\n",
        ),
        ({"type": "INTEGER", "enum": ["1"]}, ".properties[it].enum: only allowed for STRING type\n"),
        ({"type": "STRING", "enum": ["a", ""]}, ".properties[it].enum[1]: cannot be empty\n"),
        ({"anyOf": [{"type": "ARRAY"}]}, ".properties[it].any_of[0].items: missing field.\n"),
        (
            {"type": "ARRAY", "items": {"type": "OBJECT"}},
            ".properties[it].items.properties: should be non-empty for OBJECT type\n",
        ),
    ],
)
def test_a_parameter_that_is_refused(refusal, offering, parameter, message):
    assert refusal(offering(parameter)) == AT + message


def test_a_required_parameter_that_is_not_there(refusal, offering):
    assert refusal(offering({"type": "STRING"}, required=["it", "that"])) == f"{AT}.required[1]: property is not defined\n"


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ({"const": 1}, f"Unknown name \"const\" at '{PLACE}': Cannot find field."),
        ({"anyOf": [{"const": 1}]}, f"Unknown name \"const\" at '{PLACE}.any_of[0]': Cannot find field."),
        (
            {"type": ["string", "null"]},
            f"Unknown name \"type\" at '{PLACE}': Proto field is not repeating, cannot start list.",
        ),
    ],
)
def test_json_schema_is_another_language(refusal, offering, parameter, message):
    assert refusal(offering(parameter)) == f"Invalid JSON payload received. {message}"


def test_numbers_are_no_names(refusal, offering):
    assert refusal(offering({"type": "INTEGER", "enum": [1]})) == f"Invalid value at '{PLACE}.enum[0]' (TYPE_STRING), 1"


@pytest.mark.parametrize(
    "parameter",
    [
        {"type": "string", "enum": ["a"], "nullable": True, "description": "d", "minLength": "1"},
        {"type": "object", "properties": {"a": {"type": "integer", "format": "int64"}}, "required": ["a"]},
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"any_of": [{"type": "STRING"}, {"type": "NULL"}]},
    ],
)
def test_what_is_taken(say, offering, parameter):
    assert say(offering(parameter)).status == 200


def test_the_outermost_schema_may_be_empty_and_json_schemas_are_taken_as_they_are(say, contents):
    declared = [
        {"name": "f", "parameters": {"type": "OBJECT", "properties": {}}},
        {"name": "g", "parametersJsonSchema": {"type": "object", "properties": {"a": {"const": 1}}}},
    ]
    assert say(contents("x", tools=[{"functionDeclarations": declared}])).status == 200


def test_the_form_of_an_answer_is_looked_at_too(refusal, contents):
    config = {"responseMimeType": "application/json", "responseSchema": {"type": "ARRAY"}}
    told = "* GenerateContentRequest.generation_config.response_schema.items: missing field.\n"
    assert refusal(contents("x", generationConfig=config)) == told


def test_what_goes_on_for_ever_is_not_followed(refusal, offering):
    schema = {"type": "STRING"}
    for _ in range(150):
        schema = {"type": "ARRAY", "items": schema}
    assert "Message too deep." in refusal(offering(schema))


@pytest.mark.parametrize("kind", [5, "ARRAY"])
def test_a_type_may_be_its_number(refusal, offering, kind):
    assert refusal(offering({"type": kind})) == f"{AT}.properties[it].items: missing field.\n"


@pytest.mark.parametrize("validation", ["strict", "lenient"])
def test_a_number_that_is_no_type_is_taken(say, engine, offering, validation):
    assert say(offering({"type": 99}), to=engine(validation=validation)).status == 200


def test_no_type_is_a_boolean(refusal, offering):
    kind = "type.googleapis.com/google.ai.generativelanguage.v1beta.Type"
    assert refusal(offering({"type": True})) == f"Invalid value at '{PLACE}.type' ({kind}), true"
