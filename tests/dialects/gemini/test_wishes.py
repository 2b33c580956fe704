"""One rule for all providers: what the conditions see of a Gemini body, and what becomes of each reply."""

from __future__ import annotations

import json

import pytest

from understudy.dialects.gemini.wishes import json_schema, messages, tool_choice

FUNCTION = {"name": "get_weather", "description": "weather", "parameters": {"type": "OBJECT", "properties": {}}}
TOOLS = [{"functionDeclarations": [FUNCTION]}]
RULES = """
rules:
  - {name: system, when: {system: be brief}, reply: ok}
  - {name: result, when: {tool_result: sunny}, reply: ok}
  - {name: tools, when: {tools: get_weather, turn: 1}, reply: ok}
  - {name: json, when: {response_format: json_schema}, reply: "{}"}
  - {name: any, when: {messages: {contains: earlier}}, reply: ok}
  - {name: regex, when: {user: {regex: "name is (?P<name>\\\\w+)"}}, reply: {template: "Hello {{ match.name }}!"}}
  - {name: dialect, when: {dialect: openai}, reply: wrong}
  - {name: last, when: {user: HELLO, dialect: gemini}, reply: ok}
"""
CALL = [{"text": "I look."}, {"functionCall": {"name": "get_weather", "args": {}}}]


def result(response):
    return [{"functionResponse": {"name": "get_weather", "response": response}}]


@pytest.mark.parametrize(
    ("said", "fields", "rule"),
    [
        (["hello"], {"systemInstruction": {"parts": [{"text": "Be "}, {"text": "brief"}]}}, "system"),
        (["hello"], {"systemInstruction": {"parts": [{"text": "Be brief"}]}}, "system"),
        (["weather?", CALL, result({"result": "sunny"})], {}, "result"),
        (["weather?", CALL, result({"output": "sunny"})], {}, "result"),
        (["weather?", CALL, [*result({"result": "sunny"}), {"text": "hello"}]], {}, "last"),
        (["hello"], {"tools": TOOLS}, "tools"),
        (
            ["hello"],
            {"generationConfig": {"responseMimeType": "application/json", "responseSchema": {"type": "OBJECT"}}},
            "json",
        ),
        (["earlier", "yes", "x"], {}, "any"),
        ([[{"text": "my name is "}, {"text": "Ada"}]], {}, "regex"),
        (["hello"], {}, "last"),
        (["x", [{"text": "earlier", "thought": True}, {"text": "y"}], "hello"], {}, "last"),
    ],
)
def test_conditions_see_what_they_name(engine, say, contents, said, fields, rule):
    answer = say(contents(*said, **fields), to=engine(RULES))
    assert answer.headers["x-understudy-rule"] == rule


def test_all_dialects_get_the_same_reply(engine, say, ask, chat, contents, parts):
    both = engine('rules: [{when: {user: hi}, reply: {text: "Hello.", tool_calls: [{name: f, arguments: {a: 1}}]}}]')
    here, there = parts(say(contents("hi"), to=both)), ask(chat("hi"), to=both).json["choices"][0]["message"]
    assert here[0] == {"text": there["content"]}
    assert here[1]["functionCall"] == {"name": "f", "args": json.loads(there["tool_calls"][0]["function"]["arguments"])}


def test_items_of_a_script_are_parts_when_they_can_be(engine, say, contents, parts):
    script = """
rules:
  - reply:
      blocks:
        - item: {type: code, executableCode: {language: PYTHON, code: "1"}}
        - item: {type: web_search_call}
        - text: "One."
"""
    assert parts(say(contents("x"), to=engine(script))) == [
        {"executableCode": {"language": "PYTHON", "code": "1"}},
        {"text": "One."},
    ]


def test_arguments_that_are_no_object_are_shown_as_they_are(engine, say, contents, parts):
    to = engine('rules: [{reply: {tool_calls: [{name: f, arguments: "{broken"}]}}]')
    assert parts(say(contents("x"), to=to))[0]["functionCall"]["args"] == {"INVALID_JSON": "{broken"}


@pytest.mark.parametrize(
    ("calling", "choice"),
    [
        ({}, None),
        ({"mode": "AUTO"}, None),
        ({"mode": "NONE"}, "none"),
        ({"mode": "ANY"}, "required"),
        ({"mode": "VALIDATED"}, "auto"),
        ({"mode": "ANY", "allowedFunctionNames": ["f"]}, {"type": "function", "function": {"name": "f"}}),
    ],
)
def test_modes_of_calling(calling, choice):
    assert tool_choice({"toolConfig": {"functionCallingConfig": calling}}) == choice


def test_several_allowed_functions():
    calling = {"mode": "ANY", "allowedFunctionNames": ["f", "g"]}
    allowed = tool_choice({"toolConfig": {"functionCallingConfig": calling}})["allowed_tools"]
    assert (allowed["mode"], [tool["function"]["name"] for tool in allowed["tools"]]) == ("required", ["f", "g"])


def test_a_schema_of_the_apis_own_kind_becomes_json_schema():
    schema = {
        "type": "OBJECT",
        "properties": {
            "type": {"type": "ARRAY", "items": {"type": "STRING", "format": "enum", "enum": ["a"]}, "minItems": "1"}
        },
        "required": ["type"],
        "propertyOrdering": ["type"],
    }
    assert json_schema(schema) == {
        "type": "object",
        "properties": {"type": {"type": "array", "items": {"type": "string", "enum": ["a"]}, "minItems": 1}},
        "required": ["type"],
    }


@pytest.mark.parametrize(
    ("response", "text"),
    [
        ({"name": "get_weather", "content": "sunny"}, "sunny"),
        ({"name": "get_weather", "content": {"sky": "sunny"}}, '{"sky":"sunny"}'),
        ({"result": "sunny"}, "sunny"),
        ({"name": "Ada", "content": "sunny"}, '{"name":"Ada","content":"sunny"}'),
        ({"name": "get_weather"}, '{"name":"get_weather"}'),
        ({"sky": "sunny"}, '{"sky":"sunny"}'),
    ],
)
def test_a_result_is_what_stands_within_its_wrapping(response, text):
    part = {"functionResponse": {"name": "get_weather", "response": response}}
    (message,) = messages({"contents": [{"role": "user", "parts": [part]}]})
    assert (message.role, message.content) == ("tool", text)
