"""What a chat request may hold, checked in the OpenAI API's own order (wire.md A.2; live probes, 2026-08).

The hot path decodes plain requests into typed structs; every other one is read here field by field. Rules between fields come
after the fields, a message without content last of all. Unknown fields are tolerated, null counts as absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.dialects.openai.check import (
    Check,
    boolean,
    empty_array,
    empty_string,
    fields,
    mapping,
    missing,
    number,
    one_of,
    refuse,
    stop,
    stream_options,
    string,
    wrong_type,
)

ROLES = ("system", "assistant", "user", "function", "tool", "developer")
_NO_CONTENT_NEEDED = ("tool_calls", "function_call", "refusal", "audio")


def tools(value: Any, path: str) -> None:
    """Check `tools`."""
    if not isinstance(value, list):
        wrong_type(path, "an array of objects", value)
    for i, tool in enumerate(value):
        at = f"{path}[{i}]"
        mapping(tool, at)
        kind = tool.get("type")
        if kind is None:
            missing(f"{at}.type")
        one_of("function", "custom")(kind, f"{at}.type")
        if tool.get(kind) is None:
            missing(f"{at}.{kind}")
        mapping(tool[kind], f"{at}.{kind}")
        name = tool[kind].get("name")
        if name is None:
            missing(f"{at}.{kind}.name")
        string(name, f"{at}.{kind}.name")
        if name == "":
            empty_string(f"{at}.{kind}.name")
        if tool[kind].get("parameters") is not None:
            mapping(tool[kind]["parameters"], f"{at}.{kind}.parameters")
        if tool[kind].get("description") is not None:
            string(tool[kind]["description"], f"{at}.{kind}.description")


def tool_choice(value: Any, path: str) -> None:
    """Check `tool_choice`."""
    if isinstance(value, dict):
        kind = value.get("type")
        if kind is None:
            missing(f"{path}.type")
        one_of("function", "custom", "allowed_tools")(kind, f"{path}.type")
        if value.get(kind) is None:
            missing(f"{path}.{kind}")
        mapping(value[kind], f"{path}.{kind}")
        if kind != "allowed_tools" and value[kind].get("name") is None:
            missing(f"{path}.{kind}.name")
    elif not isinstance(value, str):
        wrong_type(path, "one of one of 'none', 'auto', or 'required' or object", value)
    else:
        one_of("none", "auto", "required")(value, path)


def response_format(value: Any, path: str) -> None:
    """Check `response_format`."""
    mapping(value, path)
    if value.get("type") is None:
        missing(f"{path}.type")
    one_of("json_object", "json_schema", "text")(value["type"], f"{path}.type")
    if value["type"] == "json_schema":
        if value.get("json_schema") is None:
            missing(f"{path}.json_schema")
        mapping(value["json_schema"], f"{path}.json_schema")
        if value["json_schema"].get("name") is None:
            missing(f"{path}.json_schema.name")


def messages(value: Any, path: str) -> None:
    """Check the conversation."""
    if not isinstance(value, list):
        wrong_type(path, "an array of objects", value)
    if not value:
        empty_array(path)
    for i, message in enumerate(value):
        at = f"{path}[{i}]"
        mapping(message, at)
        if message.get("role") is None:
            missing(f"{at}.role")
        one_of(*ROLES)(message["role"], f"{at}.role")
        _content(message, at)
        for key in ("name", "tool_call_id"):
            if message.get(key) is not None:
                string(message[key], f"{at}.{key}")
        calls = message.get("tool_calls")
        if calls is not None:
            if not isinstance(calls, list):
                wrong_type(f"{at}.tool_calls", "an array of objects", calls)
            if not calls:
                empty_array(f"{at}.tool_calls")
            for j, call in enumerate(calls):
                mapping(call, f"{at}.tool_calls[{j}]")


def _content(message: Mapping[str, Any], at: str) -> None:
    content = message.get("content")
    if content is None:
        if message["role"] == "developer":
            missing(f"{at}.content")
        return
    if isinstance(content, list):
        for i, part in enumerate(content):
            mapping(part, f"{at}.content[{i}]")
            if part.get("type") is None:
                missing(f"{at}.content[{i}].type")
            string(part["type"], f"{at}.content[{i}].type")
            if part["type"] == "text":
                if part.get("text") is None:
                    missing(f"{at}.content[{i}].text")
                string(part["text"], f"{at}.content[{i}].text")
    elif not isinstance(content, str):
        wrong_type(f"{at}.content", "one of a string or array of objects", content)


def service_tier(value: Any, path: str) -> None:
    """Check `service_tier`; `scale` is in the specification but not in the list that is shown."""
    if value != "scale":
        one_of("auto", "default", "fast", "flex", "priority")(value, path)


def metadata(value: Any, path: str) -> None:
    """Check `metadata`: at most 16 short texts."""
    if not isinstance(value, dict):
        wrong_type(path, "a metadata object", value)
    if len(value) > 16:
        refuse(
            f"Invalid '{path}': too many properties. Expected an object with at most 16 properties, but got an object with "
            f"{len(value)} properties instead.",
            path,
            "object_above_max_properties",
        )
    for key, item in value.items():
        at = f"{path}.{key}"
        if len(key) > 64:
            refuse(
                f"Invalid property name in '{path}': '{key[:3]}...{key[-3:]}' is too long. Expected a string with maximum "
                f"length 64, but got a string with length {len(key)} instead.",
                at,
                "property_name_above_max_length",
            )
        string(item, at)
        if len(item) > 512:
            refuse(
                f"Invalid '{at}': string too long. Expected a string with maximum length 512, but got a string with length "
                f"{len(item)} instead.",
                at,
                "string_above_max_length",
            )


FIELDS: tuple[tuple[str, Check], ...] = (
    ("messages", messages),
    ("tools", tools),
    ("tool_choice", tool_choice),
    ("parallel_tool_calls", boolean),
    ("max_completion_tokens", number(1, None, whole=True)),
    ("n", number(1, 128, whole=True)),
    ("temperature", number(0, 2, whole=False)),
    ("top_p", number(0, 1, whole=False)),
    ("presence_penalty", number(-2, 2, whole=False)),
    ("frequency_penalty", number(-2, 2, whole=False)),
    ("logprobs", boolean),
    ("top_logprobs", number(0, 20, whole=True)),
    ("user", string),
    ("seed", number(-(2**63), 2**63 - 1, whole=True)),
    ("response_format", response_format),
    ("service_tier", service_tier),
    ("max_tokens", number(1, None, whole=True)),
    ("reasoning_effort", string),
    ("logit_bias", mapping),
    ("stop", stop),
    ("stream", boolean),
    ("stream_options", stream_options),
    ("store", boolean),
    ("metadata", metadata),
    ("verbosity", one_of("low", "medium", "high")),
)


def chat(value: Mapping[str, Any]) -> None:
    """Check a whole chat request that has messages."""
    fields(value, FIELDS)
    if value.get("top_logprobs") is not None and not value.get("logprobs"):
        refuse("The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", "top_logprobs")
    _offered(value.get("tool_choice"), value.get("tools") or ())
    for i, message in enumerate(value["messages"]):
        needs_none = message["role"] == "assistant" and any(message.get(key) for key in _NO_CONTENT_NEEDED)
        if message.get("content") is None and not needs_none:
            refuse("Invalid value for 'content': expected a string, got null.", f"messages.[{i}].content")


def _offered(choice: Any, tools: Any) -> None:
    """Check that the function that must be called is one of the tools."""
    if not isinstance(choice, dict) or choice["type"] != "function":
        return
    name = choice["function"]["name"]
    if all(tool["type"] != "function" or tool["function"]["name"] != name for tool in tools):
        message = f"Invalid value for 'function_call': no function named '{name}' was specified in the 'functions' parameter."
        refuse(message, "function_call")
