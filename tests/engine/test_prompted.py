"""A schema that stands in the prompt."""

from __future__ import annotations

import json

import pytest

from understudy.engine.prompted import may_instruct, named_keys, prompted_schema, wrapped
from understudy.model.call import Call, Message

SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}


def call_of(*texts, role="system"):
    messages = [*(Message(role, text) for text in texts), Message("user", "Jane")]
    body = json.dumps({"messages": [{"role": role, "content": message.content} for message in messages]}).encode()
    return Call("chat", "openai", "m", messages, "Jane", body=body)


@pytest.mark.parametrize(
    "text",
    [
        f"Answer in JSON that fits this schema: {json.dumps(SCHEMA)} Nothing else.",
        f"A {{set}} is no schema, this is one, as json:\n{json.dumps(SCHEMA, indent=2)}",
        f'json like {{"a": 1}} by\n```\n{json.dumps(SCHEMA)}\n```',
        f"By the json schema below.\n{SCHEMA}\nNothing else.",
    ],
)
def test_a_schema_in_the_prompt_is_found(text):
    assert prompted_schema(call_of(text)) == SCHEMA


@pytest.mark.parametrize(
    "text",
    [
        "Answer in JSON.",
        'The word json and the word "properties" make no schema. {',
        json.dumps(SCHEMA),  # nobody asks for JSON
        'json: {"properties": ["a"]}',
        "json " + "{" * 100_000 + '"properties"',
        "json " + "{'" * 50_000 + "'properties'",
        "json {'properties': {'a': open('b')}}",
    ],
)
def test_other_prompts_hold_none(text):
    assert prompted_schema(call_of(text)) is None


def test_what_the_model_or_a_tool_said_asks_for_nothing():
    assert prompted_schema(call_of(f"json {json.dumps(SCHEMA)}", role="assistant")) is None
    assert prompted_schema(call_of(f"json {json.dumps(SCHEMA)}", role="tool")) is None


def test_a_code_block_is_given_where_one_is_asked_for():
    assert wrapped(call_of("Answer in a ```json codeblock"), "{}") == "```json\n{}\n```"
    assert wrapped(call_of("Answer in JSON"), "{}") == "{}"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Return the result as a JSON with 'setup' and 'punchline' keys.", ["setup", "punchline"]),
        ('JSON with keys "name", "age", and "role"', ["name", "age", "role"]),
        ("Answer in JSON with the fields: city, country", ["city", "country"]),
        ("Answer in JSON with a field named `answer`.", ["answer"]),
        ("A JSON object in the following order of fields: `name`, then `age` (must be a Python int).", ["name", "age"]),
    ],
)
def test_keys_named_in_the_prompt_make_a_schema(text, keys):
    schema = named_keys(call_of(text))
    assert schema["required"] == list(schema["properties"]) == keys


def test_no_keys_make_no_schema():
    assert named_keys(call_of("Answer in JSON.", "The keys of the car are in the fields.")) is None
    assert named_keys(call_of('keys "a" and "b"', role="assistant")) is None


@pytest.mark.parametrize("mark", [b"properties", b"Observation:", b"`[[ ## completed ## ]]`"])
def test_a_prompt_may_tell_a_form_when_it_is_long_and_holds_a_mark_and_lines(mark):
    assert may_instruct(b"x" * 128 + b"\\n" + mark)
    assert not may_instruct(b"x" * 128 + mark)
    assert not may_instruct(b"\\n" + mark)
    assert not may_instruct(b"x" * 128 + b"\\n")
