"""What tools a response may be offered, and what may be said of their choice (wire.md 7.1, A.3). Tools are flat here."""

from __future__ import annotations

from typing import Any

from understudy.dialects._openai import check_schema
from understudy.dialects._openai.check import boolean, mapping, missing, refuse, required, string, wrong_type
from understudy.dialects._openai.check_texts import name
from understudy.dialects.openai_responses.check_words import one_of

_NAMED = ("function", "custom", "namespace")


def tools(value: Any, path: str) -> None:
    """Check `tools`."""
    if not isinstance(value, list):
        wrong_type(path, "an array of tools", value)
    for i, tool in enumerate(value):
        at = f"{path}[{i}]"
        mapping(tool, at)
        required(tool, at, "type")
        string(tool["type"], f"{at}.type")
        if tool["type"] in _NAMED:
            _named(tool, at)


def tool_choice(value: Any, path: str) -> None:
    """Check `tool_choice`."""
    if isinstance(value, dict):
        required(value, path, "type")
        if value["type"] in ("function", "custom") and value.get("name") is None:
            missing(f"{path}.name")
        if value["type"] == "allowed_tools":
            required(value, path, "mode", "tools")
    elif not isinstance(value, str):
        wrong_type(path, "one of an object or 'none', 'auto', or 'required'", value)
    elif value not in ("none", "auto", "required"):
        refuse(f"Invalid value: '{value}'. Supported values are: 'none', 'auto', and 'required'.", path, "invalid_value")


def offered(body: dict[str, Any]) -> None:
    """Check that a tool which must be called is among the tools."""
    choice = body.get("tool_choice")
    if not isinstance(choice, dict) or choice["type"] == "allowed_tools":
        return
    wanted = choice.get("name") if choice["type"] in ("function", "custom") else choice["type"]
    given = body.get("tools") or ()
    if all(wanted not in (tool.get("name"), tool["type"]) for tool in given):
        refuse(f"Tool choice '{wanted}' not found in 'tools' parameter.", "tool_choice")


def _named(tool: dict[str, Any], path: str) -> None:
    required(tool, path, "name")
    name(tool["name"], f"{path}.name")
    if tool.get("description") is not None:
        string(tool["description"], f"{path}.description")
    if tool["type"] == "custom" and tool.get("format") is not None:
        _format(tool["format"], f"{path}.format")
    if tool["type"] != "function":
        return
    if tool.get("parameters") is not None:
        mapping(tool["parameters"], f"{path}.parameters")
    if tool.get("strict") is not None:
        boolean(tool["strict"], f"{path}.strict")
    check_schema.function(tool, path)
    check_schema.loose(tool, path)


def _format(value: Any, path: str) -> None:
    """Check what input a custom tool takes."""
    mapping(value, path)
    required(value, path, "type")
    one_of("text", "grammar")(value["type"], f"{path}.type")
    if value["type"] == "grammar":
        required(value, path, "definition", "syntax")
        string(value["definition"], f"{path}.definition")
        one_of("lark", "regex")(value["syntax"], f"{path}.syntax")
