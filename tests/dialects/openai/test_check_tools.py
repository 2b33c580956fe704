"""What may be said of tools, and the API's words for the rest."""

from __future__ import annotations

import pytest

TOOL = {"type": "function", "function": {"name": "f"}}
LIST = "Invalid '{}': array too long. Expected an array with maximum length 128, but got an array with length 129 instead."
PATTERN = "string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'."
NO_TOOLS = "Invalid value for '{0}': '{0}' is only allowed when 'tools' are specified."


_EMPTY = "Expected an array with minimum length 1, but got an empty array instead."


def custom(**form):
    return [{"type": "custom", "custom": {"name": "c", "format": form}}]


def allowed(name, kind="function"):
    return {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [{"type": kind, kind: {"name": name}}]}}


def named(name):
    return [{"type": "function", "function": {"name": name}}]


CASES = {
    "choice without tools": ({"tool_choice": "auto"}, NO_TOOLS.format("tool_choice"), "tool_choice"),
    "parallel without tools": ({"parallel_tool_calls": True}, NO_TOOLS.format("parallel_tool_calls"), "parallel_tool_calls"),
    "call without functions": (
        {"function_call": "auto"},
        "Invalid value for 'function_call': 'function_call' is only allowed when 'functions' are specified.",
        "function_call",
    ),
    "name with a space": ({"tools": named("a b")}, f"Invalid 'tools[0].function.name': {PATTERN}", "tools[0].function.name"),
    "name too long": (
        {"tools": named("a" * 65)},
        (
            "Invalid 'tools[0].function.name': string too long. Expected a string with maximum length 64, but got a string "
            "with length 65 instead."
        ),
        "tools[0].function.name",
    ),
    "too many": ({"tools": [TOOL] * 129}, LIST.format("tools"), "tools"),
    "too many functions": ({"functions": [{"name": "f"}] * 129}, LIST.format("functions"), "functions"),
    "functions without name": ({"functions": [{}]}, "Missing required parameter: 'functions[0].name'.", "functions[0].name"),
    "functions text": (
        {"functions": "x"},
        "Invalid type for 'functions': expected an array of function definitions, but got a string instead.",
        "functions",
    ),
    "function_call without name": (
        {"functions": [{"name": "f"}], "function_call": {}},
        "Missing required parameter: 'function_call.name'.",
        "function_call.name",
    ),
    "function_call of another": (
        {"functions": [{"name": "f"}], "function_call": {"name": "g"}},
        "Invalid value for 'function_call': no function named 'g' was specified in the 'functions' parameter.",
        "function_call",
    ),
    "custom choice of another": (
        {"tools": [TOOL], "tool_choice": {"type": "custom", "custom": {"name": "f"}}},
        "Tool choice 'f' not found in 'tools' parameter.",
        "tool_choice",
    ),
    "allowed tool of another": (
        {"tools": [TOOL], "tool_choice": allowed("nope")},
        "Tool choice 'nope' not found in 'tools' parameter.",
        "tool_choice",
    ),
    "allowed tool of another kind": (
        {"tools": [TOOL], "tool_choice": allowed("f", "custom")},
        "Tool choice 'f' not found in 'tools' parameter.",
        "tool_choice",
    ),
    "no tool allowed and one required": (
        {"tools": [TOOL], "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": []}}},
        f"Invalid 'tool_choice.allowed_tools.tools': empty array. {_EMPTY}",
        "tool_choice.allowed_tools.tools",
    ),
    "custom format unknown": (
        {"tools": custom(type="json")},
        "Invalid value: 'json'. Supported values are: 'text' and 'grammar'.",
        "tools[0].custom.format.type",
    ),
    "custom grammar without definition": (
        {"tools": custom(type="grammar", grammar={"syntax": "lark"})},
        "Missing required parameter: 'tools[0].custom.format.grammar.definition'.",
        "tools[0].custom.format.grammar.definition",
    ),
    "allowed without mode": (
        {"tools": [TOOL], "tool_choice": {"type": "allowed_tools", "allowed_tools": {"tools": []}}},
        "Missing required parameter: 'tool_choice.allowed_tools.mode'.",
        "tool_choice.allowed_tools.mode",
    ),
    "format name": (
        {"response_format": {"type": "json_schema", "json_schema": {"name": "a b"}}},
        f"Invalid 'response_format.json_schema.name': {PATTERN}",
        "response_format.json_schema.name",
    ),
    "json without the word": (
        {"response_format": {"type": "json_object"}},
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
        "messages",
    ),
    "bias out of range": (
        {"logit_bias": {"5": 101}},
        "Invalid 'logit_bias.5': integer above maximum value. Expected a value <= 100, but got 101 instead.",
        "logit_bias.5",
    ),
    "bias of no token": (
        {"logit_bias": {"cat": 1}},
        "Invalid key in 'logit_bias': cat. You should only be submitting non-negative integers.",
        "logit_bias",
    ),
    "prediction without content": (
        {"prediction": {"type": "content"}},
        "Missing required parameter: 'prediction.content'.",
        "prediction.content",
    ),
    "audio unsaid": ({"modalities": ["audio"]}, "Missing required parameter: 'audio'.", "audio"),
    "modality unknown": (
        {"modalities": ["smell"]},
        "Invalid value: 'smell'. Supported values are: 'text' and 'audio'.",
        "modalities[0]",
    ),
    "audio streamed as a file": (
        {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "wav"}, "stream": True},
        "Unsupported value: 'audio.format' does not support 'wav' when stream=true. Supported values are: 'pcm16'.",
        "audio.format",
    ),
}


@pytest.mark.parametrize(("fields", "message", "param"), CASES.values(), ids=CASES)
def test_it_is_refused(ask, chat, fields, message, param):
    answer = ask(chat(**fields))
    assert (answer.status, answer.error[:2]) == (400, (message, param))


@pytest.mark.parametrize("body", [{"best_of": 1, "n": 2}, {"best_of": 3, "stream": True}])
def test_completions_that_cannot_be_chosen_from_are_refused(ask, body):
    answer = ask({"model": "gpt-3.5-turbo-instruct", "prompt": "x", **body}, "/v1/completions")
    assert answer.status == 400
    assert "best_of" in answer.error[0]
