"""What the items of an input may be, in the API's words (wire.md A.3)."""

from __future__ import annotations

from typing import Any

from understudy.dialects._openai import check_media
from understudy.dialects._openai.check import got, listed, mapping, missing, refuse, required, string, wrong_type
from understudy.dialects._openai.check_unknown import unknown
from understudy.dialects.openai_responses.items import kind_of

MOST = 20  # items that are added to a conversation at once
_TYPES = (
    "additional_tools",
    "agent_message",
    "apply_patch_call",
    "apply_patch_call_output",
    "code_interpreter_call",
    "compaction",
    "compaction_trigger",
    "computer_call",
    "computer_call_output",
    "custom_tool_call",
    "custom_tool_call_output",
    "file_search_call",
    "function_call",
    "function_call_output",
    "image_generation_call",
    "item_reference",
    "local_shell_call",
    "local_shell_call_output",
    "mcp_approval_request",
    "mcp_approval_response",
    "mcp_call",
    "mcp_list_tools",
    "message",
    "multi_agent_call",
    "multi_agent_call_output",
    "program",
    "program_output",
    "reasoning",
    "shell_call",
    "shell_call_output",
    "tool_search_call",
    "tool_search_output",
    "web_search_call",
)
_MESSAGE = ("type", "role", "content", "id", "status", "phase")
_ROLES = ("assistant", "system", "developer", "user")
_PARTS = (
    "input_text",
    "input_image",
    "input_audio",
    "output_text",
    "refusal",
    "input_file",
    "computer_screenshot",
    "summary_text",
    "encrypted_content",
)
_SAID = ("output_text", "refusal")
_HEARD = ("input_text", "input_image", "input_file", "scoped_content", "input_audio")
_PHASES = ("commentary", "final_answer")
_BEGINS = {
    "message": "msg",
    "function_call": "fc",
    "function_call_output": "fc",
    "custom_tool_call": "ctc",
    "reasoning": "rs",
    "web_search_call": "ws",
}
_NEEDED = {
    "function_call": ("arguments", "call_id", "name"),
    "function_call_output": ("call_id", "output"),
    "custom_tool_call": ("call_id", "input", "name"),
    "custom_tool_call_output": ("call_id", "output"),
    "item_reference": ("id",),
}


def given(value: Any, path: str) -> None:
    """Check `input`."""
    if isinstance(value, list):
        items(value, path)
    elif not isinstance(value, str):
        wrong_type(path, "one of a string or array of input items", value)


def items(value: Any, path: str) -> None:
    """Check a list of items."""
    if not isinstance(value, list):
        wrong_type(path, "an array of input items", value)
    for i, item in enumerate(value):
        _item(item, f"{path}[{i}]")


def too_many(count: int) -> None:
    """Refuse to add so many items at once."""
    refuse(
        f"Invalid 'items': array too long. Expected an array with maximum length {MOST}, but got an array with length {count} "
        "instead.",
        "items",
        "array_above_max_length",
    )


def _unsupported(value: Any, path: str, allowed: tuple[str, ...]) -> None:
    shown = value if isinstance(value, str) else ""
    refuse(f"Invalid value: '{shown}'. Supported values are: {listed(allowed)}.", path, "invalid_value")


def _item(item: Any, path: str) -> None:
    if not isinstance(item, dict):
        found = "an object" if item is None else got(item)
        refuse(f"Invalid type for '{path}': expected an input item, but got {found} instead.", path, "invalid_type")
    if item.get("type") is not None and item["type"] not in _TYPES:
        _unsupported(item["type"], path, _TYPES)
    kind = kind_of(item)
    if kind == "message":
        _message(item, path)
    begin, identifier = _BEGINS.get(kind, ""), item.get("id")
    if identifier is not None:
        string(identifier, f"{path}.id")
        if not identifier.startswith(begin):
            message = f"Invalid '{path}.id': '{identifier}'. Expected an ID that begins with '{begin}'."
            refuse(message, f"{path}.id", "invalid_value")
    for name in _NEEDED.get(kind, ()):
        required(item, path, name)
        check = _output if name == "output" else string
        check(item[name], f"{path}.{name}")


def _output(value: Any, path: str) -> None:
    """Check what a tool gave."""
    if not isinstance(value, str | list):
        wrong_type(path, "one of a string or array of objects", value)
    for i, part in enumerate(value if isinstance(value, list) else ()):
        mapping(part, f"{path}[{i}]")


def _message(item: dict[str, Any], path: str) -> None:
    role, content = item.get("role"), item.get("content")
    if role not in _ROLES:
        _unsupported(role, path, _ROLES)
    for name in item:
        if name not in _MESSAGE:
            unknown(f"{path}.{name}", [known for known in _MESSAGE if known not in item])
    if item.get("phase") is not None:
        if role != "assistant":
            refuse(f"Unknown parameter: '{path}.phase'.", f"{path}.phase", "unknown_parameter")
        if item["phase"] not in _PHASES:
            _unsupported(item["phase"], f"{path}.phase", _PHASES)
    if content is None:
        missing(f"{path}.content")
    if isinstance(content, list):
        for i, part in enumerate(content):
            _part(part, f"{path}.content[{i}]", _SAID if role == "assistant" else _HEARD)
    elif not isinstance(content, str):
        wrong_type(f"{path}.content", "one of a string or array of objects", content)


def _part(part: Any, path: str, allowed: tuple[str, ...]) -> None:
    if not isinstance(part, dict):
        wrong_type(path, "an object", part)
    kind = part.get("type")
    if kind is None:
        missing(f"{path}.type")
    if kind not in _PARTS:
        _unsupported(kind, f"{path}.type", _PARTS)
    if kind not in allowed:
        _unsupported(kind, path, allowed)
    member = {"input_text": "text", "output_text": "text", "refusal": "refusal"}.get(kind)
    if kind == "input_image" and isinstance(part.get("image_url"), str):
        check_media.picture(part["image_url"], f"{path}.image_url")
    if member is not None:
        required(part, path, member)
        string(part[member], f"{path}.{member}")
