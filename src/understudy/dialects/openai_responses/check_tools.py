"""What tools a response may be offered, and what may be said of their choice (wire.md 7.1, A.3). Tools are flat here."""

from __future__ import annotations

import re
from typing import Any

from understudy.dialects._openai import check_schema
from understudy.dialects._openai.check import boolean, empty_string, mapping, missing, refuse, string, wrong_type

_NAME = re.compile(r"[a-zA-Z0-9_-]+")
_NAMED = ("function", "custom", "namespace")


def name(value: Any, path: str) -> None:
    """Check the name of a tool or a format."""
    string(value, path)
    if value == "":
        empty_string(path)
    longest(value, path, 64)
    if not _NAME.fullmatch(value):
        refuse(
            f"Invalid '{path}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
            path,
            "invalid_value",
        )


def longest(value: str, path: str, most: int) -> None:
    """Check the length of a text."""
    if len(value) > most:
        refuse(
            f"Invalid '{path}': string too long. Expected a string with maximum length {most}, but got a string with length "
            f"{len(value)} instead.",
            path,
            "string_above_max_length",
        )


def tools(value: Any, path: str) -> None:
    """Check `tools`."""
    if not isinstance(value, list):
        wrong_type(path, "an array of tools", value)
    for i, tool in enumerate(value):
        at = f"{path}[{i}]"
        mapping(tool, at)
        if tool.get("type") is None:
            missing(f"{at}.type")
        string(tool["type"], f"{at}.type")
        if tool["type"] in _NAMED:
            _named(tool, at)


def tool_choice(value: Any, path: str) -> None:
    """Check `tool_choice`."""
    if isinstance(value, dict):
        if value.get("type") is None:
            missing(f"{path}.type")
        if value["type"] in ("function", "custom") and value.get("name") is None:
            missing(f"{path}.name")
        if value["type"] == "allowed_tools":
            for key in ("mode", "tools"):
                if value.get(key) is None:
                    missing(f"{path}.{key}")
    elif not isinstance(value, str):
        wrong_type(path, "one of an object or 'none', 'auto', or 'required'", value)
    elif value not in ("none", "auto", "required"):
        refuse(f"Invalid value: '{value}'. Supported values are: 'none', 'auto', and 'required'.", path, "invalid_value")


def _named(tool: dict[str, Any], path: str) -> None:
    if tool.get("name") is None:
        missing(f"{path}.name")
    name(tool["name"], f"{path}.name")
    if tool.get("description") is not None:
        string(tool["description"], f"{path}.description")
    if tool["type"] != "function":
        return
    if tool.get("parameters") is not None:
        mapping(tool["parameters"], f"{path}.parameters")
    if tool.get("strict") is not None:
        boolean(tool["strict"], f"{path}.strict")
    check_schema.function(tool, path)
