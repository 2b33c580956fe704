"""Tool calls that no rule asks for: a fitting tool with valid arguments, an end to every loop."""

from __future__ import annotations

import json

import jsonschema
import pytest

from understudy.engine.decision import Decision, decide
from understudy.engine.tools import answer, choose
from understudy.model.call import Call, Message, Tool
from understudy.model.reply import Text, ToolCall

WEATHER = Tool(
    "get_weather",
    "Current weather of a city",
    {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}},
        "required": ["city"],
    },
)
MAIL = Tool("send_mail", "Send a mail", {"type": "object", "properties": {"to": {"type": "string"}}, "required": ["to"]})
DECISION = Decision(bytes(16))


def call_of(user="what is the weather in Paris?", *after, tools=(MAIL, WEATHER), choice=None, form=None):
    messages = [Message("user", user), *after]
    return Call("chat", "openai", "m", messages, user, tools=tools, tool_choice=choice, response_format=form)


def chosen(*args, mode="auto", **kwargs):
    tool = choose(call_of(*args, **kwargs), mode)
    return tool and tool.name


def test_auto_calls_the_tool_that_fits_and_no_other():
    assert chosen() == "get_weather"
    assert chosen("send a mail to Bob") == "send_mail"
    assert chosen("sing a song") is None
    assert chosen(tools=()) is None


def test_never_calls_none_and_always_the_best():
    assert chosen(mode="never") is None
    assert chosen("sing a song", mode="always") == "send_mail"
    assert chosen(mode="always") == "get_weather"


def allowed(mode, *names):
    tools = [{"type": "function", "function": {"name": name}} for name in names]
    return {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": tools}}


FORMS = {
    "none": ("none", None),
    "auto": ("auto", "get_weather"),
    "required": ("required", "get_weather"),
    "named": ({"type": "function", "function": {"name": "send_mail"}}, "send_mail"),
    "named flat": ({"type": "function", "name": "send_mail"}, "send_mail"),
    "named, not offered": ({"type": "function", "function": {"name": "other"}}, None),
    "none allowed": ({"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": []}}, None),
    "allowed, not fitting": (allowed("auto", "send_mail"), None),
    "allowed and required": (allowed("required", "send_mail"), "send_mail"),
    "allowed and fitting": (allowed("auto", "send_mail", "get_weather"), "get_weather"),
}


@pytest.mark.parametrize(("choice", "expected"), FORMS.values(), ids=FORMS)
def test_the_request_may_insist_or_forbid(choice, expected):
    assert chosen(choice=choice) == expected


@pytest.mark.parametrize("mode", ["auto", "never", "always"])
def test_required_calls_a_tool_in_every_mode(mode):
    assert chosen("sing", choice="required", mode=mode) == "send_mail"


@pytest.mark.parametrize("choice", [{"type": []}, {"type": {}}, {"type": None}, {}, [], 7, {"function": 7}])
def test_an_odd_choice_is_none(choice):
    assert chosen(choice=choice) in (None, "get_weather")


@pytest.mark.parametrize("mode", ["auto", "always"])
def test_the_loop_ends_after_the_results(mode):
    call = call_of(
        "what is the weather in Paris?",
        Message("assistant", None, tool_calls=[{}]),
        Message("tool", "sunny"),
        Message("tool", "21 degrees"),
    )
    assert answer(call, mode, DECISION)[1].blocks == (Text("Here is what I found: sunny; 21 degrees"),)


def test_without_tools_nothing_special_is_said():
    assert answer(call_of(tools=()), "auto", DECISION) is None


SCHEMAS = [
    None,
    {},
    {"type": "object", "properties": {}},
    WEATHER.parameters,
    {
        "type": "object",
        "properties": {
            "unit": {"enum": ["c", "f"]},
            "when": {"type": "string", "format": "date"},
            "at": {"type": "array", "items": {"type": "number", "minimum": 3, "maximum": 4}, "minItems": 2, "maxItems": 3},
            "deep": {
                "type": "object",
                "properties": {"ok": {"const": True}},
                "required": ["ok"],
                "additionalProperties": False,
            },
            "either": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            "ref": {"$ref": "#/$defs/name"},
            "code": {"type": "string", "pattern": "^[A-Z]{3}$"},
        },
        "$defs": {"name": {"type": "string", "minLength": 3}},
        "required": ["unit", "when", "at", "deep", "either", "ref", "code"],
        "additionalProperties": False,
    },
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=range(len(SCHEMAS)))
def test_arguments_are_valid_whatever_the_draw(schema):
    for i in range(20):
        call = call_of(f"the weather in Paris on 2026-11-2{i % 10}", tools=(Tool("weather", "", schema),))
        _, reply = answer(call, "always", decide(str(i).encode(), 0))
        (block,) = reply.blocks
        assert isinstance(block, ToolCall)
        jsonschema.validate(json.loads(block.arguments), schema or {"type": "object"})


def test_arguments_are_taken_from_the_prompt():
    _, reply = answer(call_of(), "auto", DECISION)
    assert json.loads(reply.blocks[0].arguments)["city"] == "Paris"


def test_the_answer_has_the_format_that_was_asked_for():
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    name, reply = answer(call_of(tools=(), form=form), "auto", DECISION)
    assert name == "schema"
    jsonschema.validate(json.loads(reply.text), schema)


@pytest.mark.parametrize(
    "form", [{"type": "text"}, "x", None, [], {"type": "json_schema"}, {"type": "json_schema", "json_schema": 7}]
)
def test_other_formats_ask_for_nothing(form):
    assert answer(call_of(tools=(), form=form), "auto", DECISION) is None


def test_a_json_object_is_one():
    _, reply = answer(call_of(tools=(), form={"type": "json_object"}), "auto", DECISION)
    assert isinstance(json.loads(reply.text), dict)
