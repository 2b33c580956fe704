"""What a conversation may hold, in the OpenAI API's words: messages, their parts, and tool results that answer tool calls.

Sources: wire.md 2.4 and A.2. Unknown members of a message are tolerated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from understudy.dialects._openai import check_media
from understudy.dialects._openai.check import empty_array, mapping, missing, one_of, refuse, required, string, wrong_type
from understudy.dialects._openai.check_texts import longest
from understudy.dialects._openai.families import family

ROLES = ("system", "assistant", "user", "function", "tool", "developer")
_KINDS = ("text", "image_url", "input_audio", "refusal", "audio", "file")
_NAME = re.compile(r"[^\s<|\\/>]+")
_LONGEST_CALL = 64  # characters of the identifier of a call
_NO_CONTENT_NEEDED = ("tool_calls", "function_call", "refusal", "audio")
# What a part of each type must have beside its type, and what is required inside that.
_PARTS: dict[str, tuple[str, ...]] = {"image_url": ("url",), "input_audio": ("data", "format"), "file": ()}


def conversation(value: Any) -> None:
    """Check all of a conversation that shows nothing but texts, whatever stands beside it."""
    messages(value, "messages")
    shown(value, "")
    answered(value)
    with_content(value)


def messages(value: Any, path: str) -> None:
    """Check the messages one by one."""
    for at, message in _objects(value, path):
        required(message, at, "role")
        one_of(*ROLES)(message["role"], f"{at}.role")
        _content(message, at)
        for key in ("name", "tool_call_id"):
            if message.get(key) is not None:
                string(message[key], f"{at}.{key}")
        if message.get("tool_calls") is not None:
            _calls(message["tool_calls"], f"{at}.tool_calls")


def shown(conversation: Sequence[Mapping[str, Any]], model: str) -> None:
    """Check what is said by whom, what a model can hear, and how names, pictures and files are spelled."""
    hears = "audio" in model or not family(model).known
    for i, message in enumerate(conversation):
        _named(message, f"messages[{i}]")
        content = message.get("content")
        for k, part in enumerate(content if isinstance(content, list) else ()):
            at = f"messages[{i}].content[{k}]"
            kind = part["type"]
            one_of(*_KINDS)(kind, f"{at}.type")
            if kind == "image_url":
                _picture(part, at, message["role"], i)
            elif kind == "input_audio" and not hears:
                message_at = f"messages[{i}]"
                reason = f"Invalid '{message_at}'. Content blocks are expected to be either text or image_url type."
                refuse(reason, message_at, "invalid_value")
            elif kind == "file" and isinstance(part["file"].get("file_data"), str):
                check_media.document(part["file"]["file_data"], f"{at}.file.file_data")


def _picture(part: Mapping[str, Any], at: str, role: str, i: int) -> None:
    if role != "user":
        refuse(
            f"Invalid 'messages[{i}]'. Image URLs are only allowed for messages with role 'user', but this message with role "
            f"'{role}' contains an image URL.",
            f"messages[{i}]",
            "invalid_value",
        )
    check_media.picture(part["image_url"]["url"], f"{at}.image_url.url", "Invalid image URL:")
    check_media.shown(part["image_url"]["url"])


def _named(message: Mapping[str, Any], at: str) -> None:
    """Check the name of who speaks, and the identifiers of calls."""
    name = message.get("name")
    if name is not None and not _NAME.fullmatch(name):
        reason = "string does not match pattern. Expected a string that matches the pattern"
        refuse(f"Invalid '{at}.name': {reason} '^{_NAME.pattern}$'.", f"{at}.name", "invalid_value")
    for k, call in enumerate(message.get("tool_calls") or ()):
        longest(call["id"], f"{at}.tool_calls[{k}].id", _LONGEST_CALL)
    longest(message.get("tool_call_id") or "", f"{at}.tool_call_id", _LONGEST_CALL)


def answered(conversation: Sequence[Mapping[str, Any]]) -> None:
    """Check that tool results follow the calls they answer, and that every call of the past has its result."""
    open_calls: list[str] = []
    asked: list[str] = []
    for i, message in enumerate(conversation):
        if message["role"] == "tool":
            wanted = message.get("tool_call_id")
            if wanted is None:
                missing(f"messages[{i}].tool_call_id")
            if not asked:
                refuse(
                    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
                    "'tool_calls'.",
                    f"messages.[{i}].role",
                )
            if wanted not in asked:
                refuse(
                    f"Invalid parameter: 'tool_call_id' of '{wanted}' not found in 'tool_calls' of previous message.",
                    f"messages.[{i}].tool_call_id",
                )
            if wanted in open_calls:
                open_calls.remove(wanted)
            continue
        _all_answered(open_calls, i)
        calls = message.get("tool_calls") if message["role"] == "assistant" else None
        asked = [call["id"] for call in calls or ()]
        open_calls = list(asked)
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


def _objects(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Go through a list of objects, which may not be empty: where each stands, and what it is."""
    if not isinstance(value, list):
        wrong_type(path, "an array of objects", value)
    if not value:
        empty_array(path)
    for i, item in enumerate(value):
        mapping(item, f"{path}[{i}]")
        yield f"{path}[{i}]", item


def _calls(calls: Any, path: str) -> None:
    for at, call in _objects(calls, path):
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
