"""What tools a response may be offered, and what may be said of their choice (wire.md 7.1, A.3). Tools are flat here."""

from __future__ import annotations

from typing import Any

from understudy.dialects._openai import check_schema
from understudy.dialects._openai.check import boolean, empty_array, mapping, missing, refuse, required, string, wrong_type
from understudy.dialects._openai.check_texts import name
from understudy.dialects.openai_responses.check_words import one_of

_NAMED = ("function", "custom", "namespace")
_CALLED = ("function", "custom")
_NEEDED = {"file_search": "vector_store_ids", "code_interpreter": "container", "mcp": "server_label"}
_SEARCHES = ("web_search", "web_search_2025_08_26", "web_search_preview", "web_search_preview_2025_03_11")


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
        if tool["type"] in _NEEDED:
            required(tool, at, _NEEDED[tool["type"]])
        if tool["type"] in _SEARCHES and tool.get("search_context_size") is not None:
            one_of("low", "medium", "high")(tool["search_context_size"], f"{at}.search_context_size")


def tool_choice(value: Any, path: str) -> None:
    """Check `tool_choice`."""
    if isinstance(value, dict):
        _chosen(value, path)
        if value["type"] == "allowed_tools":
            required(value, path, "mode", "tools")
            _allowed(value, path)
    elif not isinstance(value, str):
        wrong_type(path, "one of an object or 'none', 'auto', or 'required'", value)
    elif value not in ("none", "auto", "required"):
        refuse(f"Invalid value: '{value}'. Supported values are: 'none', 'auto', and 'required'.", path, "invalid_value")


def offered(body: dict[str, Any]) -> None:
    """Check that tools which must, or may, be called are among the tools (vLLM and the AI SDK tell of the words)."""
    choice, given = body.get("tool_choice"), body.get("tools") or ()
    if choice == "required" and not given:
        refuse("Tool choice 'required' must be specified with 'tools' parameter.", "tool_choice")
    if not isinstance(choice, dict):
        return
    for each in choice["tools"] if choice["type"] == "allowed_tools" else (choice,):
        wanted = each.get("name") if each["type"] in _CALLED else each["type"]
        if all(wanted not in (tool.get("name"), tool["type"]) for tool in given):
            refuse(f"Tool choice '{wanted}' not found in 'tools' parameter.", "tool_choice")


def _chosen(value: dict[str, Any], path: str) -> None:
    required(value, path, "type")
    if value["type"] in _CALLED and value.get("name") is None:
        missing(f"{path}.name")


def _allowed(value: dict[str, Any], path: str) -> None:
    one_of("auto", "required")(value["mode"], f"{path}.mode")
    if not isinstance(value["tools"], list):
        wrong_type(f"{path}.tools", "an array of objects", value["tools"])
    if not value["tools"]:
        empty_array(f"{path}.tools")
    for i, tool in enumerate(value["tools"]):
        at = f"{path}.tools[{i}]"
        mapping(tool, at)
        _chosen(tool, at)


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
