"""What a conversation may hold, in the OpenAI API's words: messages, their parts, and tool results that answer tool calls.

Sources: wire.md 2.4 and A.2. Unknown members of a message are tolerated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy.dialects._openai.check import empty_array, mapping, missing, one_of, refuse, required, string, wrong_type

ROLES = ("system", "assistant", "user", "function", "tool", "developer")
_NO_CONTENT_NEEDED = ("tool_calls", "function_call", "refusal", "audio")
# What a part of each type must have beside its type, and what is required inside that.
_PARTS: dict[str, tuple[str, ...]] = {"image_url": ("url",), "input_audio": ("data", "format"), "file": ()}


def messages(value: Any, path: str) -> None:
    """Check the conversation."""
    if not isinstance(value, list):
        wrong_type(path, "an array of objects", value)
    if not value:
        empty_array(path)
    for i, message in enumerate(value):
        at = f"{path}[{i}]"
        mapping(message, at)
        required(message, at, "role")
        one_of(*ROLES)(message["role"], f"{at}.role")
        _content(message, at)
        for key in ("name", "tool_call_id"):
            if message.get(key) is not None:
                string(message[key], f"{at}.{key}")
        if message.get("tool_calls") is not None:
            _calls(message["tool_calls"], f"{at}.tool_calls")


def answered(conversation: Sequence[Mapping[str, Any]]) -> None:
    """Check that tool results follow the calls they answer, and that every call of the past has its result."""
    open_calls: list[str] = []
    asking = 0
    for i, message in enumerate(conversation):
        if message["role"] == "tool":
            wanted = message.get("tool_call_id")
            if wanted is None:
                missing(f"messages[{i}].tool_call_id")
            if not asking:
                refuse(
                    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
                    "'tool_calls'.",
                    f"messages.[{i}].role",
                )
            if wanted in open_calls:
                open_calls.remove(wanted)
            continue
        _all_answered(open_calls, i)
        calls = message.get("tool_calls") if message["role"] == "assistant" else None
        open_calls = [call["id"] for call in calls or ()]
        asking = len(open_calls)
    _all_answered(open_calls, len(conversation) - 1)


def with_content(conversation: Sequence[Mapping[str, Any]]) -> None:
    """Check that messages have content, the last check of all."""
    for i, message in enumerate(conversation):
        needs_none = message["role"] == "assistant" and any(message.get(key) for key in _NO_CONTENT_NEEDED)
        if message.get("content") is None and not needs_none:
            refuse("Invalid value for 'content': expected a string, got null.", f"messages.[{i}].content")


def _all_answered(open_calls: list[str], at: int) -> None:
    if open_calls:
        refuse(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The "
            f"following tool_call_ids did not have response messages: {', '.join(open_calls)}",
            f"messages.[{at}].role",
        )


def _calls(calls: Any, path: str) -> None:
    if not isinstance(calls, list):
        wrong_type(path, "an array of objects", calls)
    if not calls:
        empty_array(path)
    for i, call in enumerate(calls):
        at = f"{path}[{i}]"
        mapping(call, at)
        for key in ("id", "type"):
            required(call, at, key)
            string(call[key], f"{at}.{key}")
        kind = call["type"]
        one_of("function", "custom")(kind, f"{at}.type")
        required(call, at, kind)
        mapping(call[kind], f"{at}.{kind}")
        for key in ("name", "input" if kind == "custom" else "arguments"):
            required(call[kind], f"{at}.{kind}", key)
            string(call[kind][key], f"{at}.{kind}.{key}")


def _content(message: Mapping[str, Any], at: str) -> None:
    content = message.get("content")
    if content is None:
        if message["role"] == "developer":
            missing(f"{at}.content")
        return
    if isinstance(content, list):
        for i, part in enumerate(content):
            _part(part, f"{at}.content[{i}]")
    elif not isinstance(content, str):
        wrong_type(f"{at}.content", "one of a string or array of objects", content)


def _part(part: Any, at: str) -> None:
    mapping(part, at)
    required(part, at, "type")
    string(part["type"], f"{at}.type")
    kind = part["type"]
    if kind == "text":
        required(part, at, "text")
        string(part["text"], f"{at}.text")
    elif kind in _PARTS:
        required(part, at, kind)
        mapping(part[kind], f"{at}.{kind}")
        for key in _PARTS[kind]:
            required(part[kind], f"{at}.{kind}", key)
            string(part[kind][key], f"{at}.{kind}.{key}")
