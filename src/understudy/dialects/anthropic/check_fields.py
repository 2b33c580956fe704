"""What the Messages API refuses beside messages: field by field, in its order and with its words (wire.md A.5).

In: a JSON object. Out: nothing, or `RequestError`. Only the first fault is reported. `null` stands for an absent field in a few
places and is of the wrong type elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from understudy.dialects.anthropic.check import (
    a_boolean,
    a_string,
    an_array,
    an_integer,
    an_object,
    cache_control,
    known,
    refuse,
    required,
)

_TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_CHOICES = ("auto", "any", "tool", "none")
_EFFORTS = ("low", "medium", "high", "xhigh", "max")
_TOOL_KINDS = ", ".join(
    f"'{kind}'"
    for kind in (
        *("bash_20250124", "browser_toolset_20260801", "computer_toolset_20260801", "custom", "memory_20250818"),
        *("text_editor_20250124", "text_editor_20250429", "text_editor_20250728", "tool_search_tool_bm25"),
        *("tool_search_tool_bm25_20251119", "tool_search_tool_regex", "tool_search_tool_regex_20251119", "web_search_20250305"),
    )
)
_SHAPE = "Input does not match the expected shape."
LEAST_THOUGHT = 1024  # tokens a thinking budget has at least

Judge = Callable[[Any, str], None]


def _in_unit(value: Any, path: str) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        refuse(f"{path}: Input should be a valid number")
    if not 0 <= value <= 1:
        refuse(f"{path}: range: 0..1")


def _model(value: Any, path: str) -> None:
    a_string(value, path)
    if not value:
        refuse(f"{path}: String should have at least 1 character")


def _tool_choice(value: Any, path: str) -> None:
    an_object(value, path)
    required(value, "type", f"{path}.")
    kind = value["type"]
    if kind not in _CHOICES:
        tags = ", ".join(f"'{name}'" for name in _CHOICES)
        refuse(f"{path}: Input tag '{kind}' found using 'type' does not match any of the expected tags: {tags}")
    if kind == "tool":
        required(value, "name", f"{path}.tool.")
        a_string(value["name"], f"{path}.tool.name")
    if "disable_parallel_tool_use" in value:
        a_boolean(value["disable_parallel_tool_use"], f"{path}.{kind}.disable_parallel_tool_use")


def _tools(value: Any, path: str) -> None:
    an_array(value, path)
    names: set[str] = set()
    for i, tool in enumerate(value):
        at = f"{path}.{i}"
        an_object(tool, at)
        if tool.get("type") == "function":
            refuse(f"{at}: Input tag 'function' found using 'type' does not match any of the expected tags: {_TOOL_KINDS}")
        if tool.get("type", "custom") in ("custom", None):
            _own_tool(tool, f"{at}.custom")
        cache_control(tool.get("cache_control"), f"{at}.cache_control")
        name = tool.get("name")
        if isinstance(name, str) and name in names:
            refuse("tools: Tool names must be unique.")
        names.add(str(name))


def _own_tool(tool: Mapping[str, Any], path: str) -> None:
    required(tool, "name", f"{path}.")
    a_string(tool["name"], f"{path}.name")
    if not _TOOL_NAME.fullmatch(tool["name"]):
        refuse(f"{path}.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'")
    required(tool, "input_schema", f"{path}.")
    an_object(tool["input_schema"], f"{path}.input_schema")
    required(tool["input_schema"], "type", f"{path}.input_schema.")
    if tool["input_schema"]["type"] != "object":
        refuse(f"{path}.input_schema.type: Input should be 'object'")
    if any(keyword in tool["input_schema"] for keyword in ("oneOf", "allOf", "anyOf")):
        refuse(f"{path}.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level")
    if tool.get("description") is not None:
        a_string(tool["description"], f"{path}.description")


def _system(value: Any, path: str) -> None:
    if isinstance(value, str):
        return
    an_array(value, path)
    for i, block in enumerate(value):
        if not isinstance(block, dict) or block.get("type") != "text" or not isinstance(block.get("text"), str):
            refuse(f"{path}.{i}: {_SHAPE}")
        cache_control(block.get("cache_control"), f"{path}.{i}.cache_control")


def _thinking(value: Any, path: str) -> None:
    an_object(value, path)
    required(value, "type", f"{path}.")
    kind = value["type"]
    if kind not in ("enabled", "adaptive", "disabled"):
        tags = "'adaptive', 'disabled', 'enabled'"
        refuse(f"{path}: Input tag '{kind}' found using 'type' does not match any of the expected tags: {tags}")
    if kind == "enabled":
        required(value, "budget_tokens", f"{path}.enabled.")
        an_integer(value["budget_tokens"], f"{path}.enabled.budget_tokens")
        if value["budget_tokens"] < LEAST_THOUGHT:
            refuse(f"{path}.enabled.budget_tokens: Input should be greater than or equal to {LEAST_THOUGHT}")


def _output_config(value: Any, path: str) -> None:
    if not isinstance(value, dict):
        refuse(f"{path}: {_SHAPE}")
    if value.get("effort") is not None and value["effort"] not in _EFFORTS:
        refuse(f"{path}.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'")
    form = value.get("format")
    if form is not None and not (
        isinstance(form, dict) and form.get("type") == "json_schema" and isinstance(form.get("schema"), dict)
    ):
        refuse(f"{path}: {_SHAPE}")


def _max_tokens(value: Any, path: str) -> None:
    an_integer(value, path)
    if value < 0:
        refuse(f"{path}: must be greater than or equal to 0")


def _metadata(value: Any, path: str) -> None:
    if value is None:
        return
    if not isinstance(value, dict):
        refuse(f"{path}: {_SHAPE}")
    known(value, ("user_id",), f"{path}.")
    if value.get("user_id") is not None:
        a_string(value["user_id"], f"{path}.user_id")


def _stop_sequences(value: Any, path: str) -> None:
    if value is None:
        return
    an_array(value, path)
    for i, item in enumerate(value):
        a_string(item, f"{path}.{i}")
        if not item.strip():
            refuse(f"{path}: each stop sequence must contain non-whitespace")


def _service_tier(value: Any, path: str) -> None:
    if value not in ("auto", "standard_only"):
        refuse(f"{path}: Input should be 'auto' or 'standard_only'")


def _container(value: Any, path: str) -> None:
    if value is not None and not isinstance(value, str | dict):
        refuse(f"{path}.ContainerParams: {_SHAPE}")


def _inference_geo(value: Any, path: str) -> None:
    if value not in (None, "global", "us"):
        refuse(f"{path}: must be one of ['global', 'us']")


BEFORE: tuple[tuple[str, Judge], ...] = (("model", _model), ("tool_choice", _tool_choice), ("tools", _tools))
"""What is looked at before the messages, in this order."""
AFTER: tuple[tuple[str, Judge], ...] = (
    ("system", _system),
    ("thinking", _thinking),
    ("output_config", _output_config),
    ("cache_control", cache_control),
    ("max_tokens", _max_tokens),
    ("metadata", _metadata),
    ("stop_sequences", _stop_sequences),
    ("temperature", _in_unit),
    ("service_tier", _service_tier),
    ("top_k", an_integer),
    ("top_p", _in_unit),
    ("stream", a_boolean),
    ("container", _container),
    ("inference_geo", _inference_geo),
)
"""What is looked at after them."""
KNOWN = frozenset(("messages", *(name for name, _ in (*BEFORE, *AFTER))))


def fields(value: Mapping[str, Any], judges: Iterable[tuple[str, Judge]], needed: Iterable[str]) -> None:
    """Judge fields in the order of the API."""
    for name, judge in judges:
        if name in needed:
            required(value, name)
        if name in value:
            judge(value[name], name)
