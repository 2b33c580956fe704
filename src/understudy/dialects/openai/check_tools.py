"""What tools a chat request may offer and what it may say of their choice, in the OpenAI API's words (wire.md A.2).

The spelling of 2023 (`functions`, `function_call`) is checked here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from understudy.dialects._openai import check_schema
from understudy.dialects._openai.check import (
    boolean,
    empty_array,
    mapping,
    missing,
    one_of,
    refuse,
    required,
    string,
    wrong_type,
)
from understudy.dialects._openai.check_texts import longest, name

_MOST = 128
_LONGEST_DESCRIPTION = 1 << 20


def tools(value: Any, path: str) -> None:
    """Check `tools`."""
    if not isinstance(value, list):
        wrong_type(path, "an array of objects", value)
    _not_too_many(value, path)
    for i, tool in enumerate(value):
        at = f"{path}[{i}]"
        mapping(tool, at)
        kind = tool.get("type")
        if kind is None:
            missing(f"{at}.type")
        one_of("function", "custom")(kind, f"{at}.type")
        required(tool, at, kind)
        mapping(tool[kind], f"{at}.{kind}")
        _described(tool[kind], f"{at}.{kind}")
        if kind == "custom":
            _custom_format(tool[kind].get("format"), f"{at}.custom.format")


def functions(value: Any, path: str) -> None:
    """Check `functions`."""
    if not isinstance(value, list):
        wrong_type(path, "an array of function definitions", value)
    if not value:
        empty_array(path)
    _not_too_many(value, path)
    for i, function in enumerate(value):
        mapping(function, f"{path}[{i}]")
        _described(function, f"{path}[{i}]")


def function_call(value: Any, path: str) -> None:
    """Check `function_call`."""
    if isinstance(value, dict):
        required(value, path, "name")
        string(value["name"], f"{path}.name")
    elif not isinstance(value, str):
        wrong_type(path, "one of 'none' or 'auto' or object", value)
    else:
        one_of("none", "auto")(value, path)


def tool_choice(value: Any, path: str) -> None:
    """Check `tool_choice`."""
    if isinstance(value, dict):
        kind = value.get("type")
        if kind is None:
            missing(f"{path}.type")
        one_of("function", "custom", "allowed_tools")(kind, f"{path}.type")
        required(value, path, kind)
        mapping(value[kind], f"{path}.{kind}")
        if kind == "allowed_tools":
            _allowed(value[kind], f"{path}.{kind}")
        elif value[kind].get("name") is None:
            missing(f"{path}.{kind}.name")
    elif not isinstance(value, str):
        wrong_type(path, "one of one of 'none', 'auto', or 'required' or object", value)
    else:
        one_of("none", "auto", "required")(value, path)


def own(body: dict[str, Any]) -> None:
    """Check what OpenAI asks of tools beyond what every server does that speaks its API."""
    if body.get("tools") == []:
        empty_array("tools")
    for i, tool in enumerate(body.get("tools") or ()):
        if tool["type"] == "function":
            check_schema.loose(tool["function"], f"tools[{i}].function")
    for i, function in enumerate(body.get("functions") or ()):
        check_schema.loose(function, f"functions[{i}]")


def offered(body: dict[str, Any]) -> None:
    """Check that there are tools where something is said of them, and that one which must be called is among them."""
    given = body.get("tools") or ()
    for key in ("tool_choice", "parallel_tool_calls"):
        if body.get(key) is not None and not given:
            refuse(f"Invalid value for '{key}': '{key}' is only allowed when 'tools' are specified.", key)
    if body.get("function_call") is not None and not body.get("functions"):
        refuse(
            "Invalid value for 'function_call': 'function_call' is only allowed when 'functions' are specified.",
            "function_call",
        )
    legacy = body.get("function_call")
    if isinstance(legacy, dict):
        _named(legacy["name"], [function["name"] for function in body["functions"]])
    choice = body.get("tool_choice")
    if isinstance(choice, dict) and choice["type"] == "function":
        _named(choice["function"]["name"], [tool["function"]["name"] for tool in given if tool["type"] == "function"])
    if isinstance(choice, dict) and choice["type"] == "custom":
        _among([choice], given)
    if isinstance(choice, dict) and choice["type"] == "allowed_tools":
        _among(choice["allowed_tools"]["tools"], given)


def _among(wanted: list[dict[str, Any]], given: Sequence[dict[str, Any]]) -> None:
    """Check that tools are among those offered."""
    known = [(tool["type"], tool[tool["type"]]["name"]) for tool in given]
    for tool in wanted:
        kind = tool.get("type")
        about = tool.get(kind) if isinstance(kind, str) else None
        name = about.get("name") if isinstance(about, dict) else None
        if (kind, name) not in known:
            refuse(f"Tool choice '{name}' not found in 'tools' parameter.", "tool_choice")


def _named(wanted: Any, known: list[Any]) -> None:
    if wanted not in known:
        message = f"Invalid value for 'function_call': no function named '{wanted}' was specified in the 'functions' parameter."
        refuse(message, "function_call")


def _allowed(value: dict[str, Any], path: str) -> None:
    required(value, path, "mode")
    one_of("auto", "required")(value["mode"], f"{path}.mode")
    required(value, path, "tools")
    if not isinstance(value["tools"], list):
        wrong_type(f"{path}.tools", "an array of objects", value["tools"])
    if not value["tools"] and value["mode"] == "required":
        empty_array(f"{path}.tools")
    for i, tool in enumerate(value["tools"]):
        mapping(tool, f"{path}.tools[{i}]")


def _not_too_many(value: list[Any], path: str) -> None:
    if len(value) > _MOST:
        refuse(
            f"Invalid '{path}': array too long. Expected an array with maximum length {_MOST}, but got an array with length "
            f"{len(value)} instead.",
            path,
            "array_above_max_length",
        )


def _described(tool: dict[str, Any], path: str) -> None:
    """Check what functions and custom tools have in common, and the schema of a function."""
    required(tool, path, "name")
    name(tool["name"], f"{path}.name")
    if tool.get("description") is not None:
        string(tool["description"], f"{path}.description")
        longest(tool["description"], f"{path}.description", _LONGEST_DESCRIPTION)
    if tool.get("parameters") is not None:
        mapping(tool["parameters"], f"{path}.parameters")
    if tool.get("strict") is not None:
        boolean(tool["strict"], f"{path}.strict")
    check_schema.function(tool, path)


def _custom_format(value: Any, path: str) -> None:
    if value is None:
        return
    mapping(value, path)
    required(value, path, "type")
    one_of("text", "grammar")(value["type"], f"{path}.type")
    if value["type"] == "text":
        return
    grammar = value.get("grammar")
    if grammar is None:
        missing(f"{path}.grammar")
    mapping(grammar, f"{path}.grammar")
    required(grammar, f"{path}.grammar", "syntax", "definition")
    one_of("lark", "regex")(grammar["syntax"], f"{path}.grammar.syntax")
    string(grammar["definition"], f"{path}.grammar.definition")
