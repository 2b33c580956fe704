"""What the Messages API refuses in a conversation: the blocks one by one, then their order (wire.md A.5 and 11.6).

In: the `messages` of a body. Out: nothing, or `RequestError` with the API's words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from understudy.dialects.anthropic.check import a_string, an_array, an_object, cache_control, known, refuse, required
from understudy.dialects.anthropic.check_sources import source
from understudy.dialects.anthropic.version import NEWEST

_ROLES = ("user", "assistant", "system")
# What a block must carry beside its type; other kinds are results of the API's own tools and taken as they come.
_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "text": ("text",),
    "image": ("source",),
    "document": ("source",),
    "tool_use": ("id", "name", "input"),
    "server_tool_use": ("id", "name", "input"),
    "tool_result": ("tool_use_id",),
    "thinking": ("thinking", "signature"),
    "redacted_thinking": ("data",),
    "search_result": ("source", "title", "content"),
    "container_upload": ("file_id",),
}
# What identifiers of calls are made of: ClawRouter 17, claude-code-hub 470.
_IDS: Mapping[str, str] = {"tool_use": "^[a-zA-Z0-9_-]+$", "server_tool_use": "^srvtoolu_[a-zA-Z0-9_]+$"}
_STRINGS = frozenset(("text", "id", "name", "tool_use_id", "thinking", "signature", "data", "file_id", "title"))
_THOUGHTS = frozenset(("thinking", "redacted_thinking"))
_DIRECTIVE = "the directive-only form (content: [] with output_config) is accepted at any position"


def messages(value: Any, version: str) -> None:
    """Judge each message and its blocks."""
    an_array(value, "messages")
    if not value:
        refuse("messages: at least one message is required")
    for i, message in enumerate(value):
        path = f"messages.{i}"
        an_object(message, path)
        required(message, "role", f"{path}.")
        if message["role"] not in _ROLES:
            refuse(f'messages: Unexpected role "{message["role"]}". Allowed roles are "user" or "assistant"')
        required(message, "content", f"{path}.")
        known(message, ("role", "content", "output_config", "id"), f"{path}.")
        if not isinstance(message["content"], str):
            an_array(message["content"], f"{path}.content")
            for k, block in enumerate(message["content"]):
                _block(block, f"{path}.content.{k}", message["role"], version)


def _block(block: Any, path: str, role: str, version: str) -> None:
    an_object(block, path)
    required(block, "type", f"{path}.")
    kind = block["type"]
    a_string(kind, f"{path}.type")
    if role == "system" and kind in ("tool_addition", "tool_removal"):
        return
    if kind not in _MEMBERS and not kind.endswith("_tool_result"):
        tags = ", ".join(f"'{name}'" for name in _MEMBERS)
        refuse(f"{path}: Input tag '{kind}' found using 'type' does not match any of the expected tags: {tags}")
    for name in _MEMBERS.get(kind, ()):
        required(block, name, f"{path}.{kind}.")
        if name in _STRINGS:
            a_string(block[name], f"{path}.{kind}.{name}")
    if kind in ("image", "document"):
        source(block["source"], f"{path}.{kind}.source", kind)
    if kind in _IDS and not re.fullmatch(_IDS[kind], block["id"]):
        refuse(f"{path}.{kind}.id: String should match pattern '{_IDS[kind]}'")
    if kind == "tool_use":
        an_object(block["input"], f"{path}.tool_use.input")
    if kind == "tool_result":
        _result(block.get("content"), f"{path}.tool_result.content", version)
    cache_control(block.get("cache_control"), f"{path}.{kind}.cache_control")
    if version >= NEWEST:
        _newest(block, path, role)


def _newest(block: Mapping[str, Any], path: str, role: str) -> None:
    """Judge what the version of 2026-10-21 no longer takes."""
    if role == "assistant" and block["type"] == "document":
        refuse(f"{path}: document blocks are not permitted in assistant messages")
    if role == "user" and block["type"] == "text" and block.get("citations"):
        refuse(f"{path}.text.citations: Extra inputs are not permitted")


def _result(content: Any, path: str, version: str) -> None:
    if content is None or isinstance(content, str):
        return
    an_array(content, path)
    for i, block in enumerate(content):
        _block(block, f"{path}.{i}", "user", version)


def conversation(value: list[dict[str, Any]], *, prefills: bool) -> None:
    """Judge the order of messages that are sound one by one; consecutive ones of the same role are merged first."""
    _systems(value)
    spoken = [(i, message) for i, message in enumerate(value) if message["role"] != "system"]
    for role, run in groupby(spoken, key=lambda item: item[1]["role"]):
        found = list(run)
        if role == "user" and not any(_is_something(message["content"]) for _, message in found):
            refuse(f"messages.{found[0][0]}: user messages must have non-empty content")
    _pairs(value)
    if value[-1]["role"] != "assistant" or _is_paused(value[-1]["content"]):
        return
    if _ends_in_space(value[-1]["content"]) and prefills:
        refuse("messages: final assistant content cannot end with trailing whitespace")
    if not prefills:
        refuse("This model does not support assistant message prefill. The conversation must end with a user message.")


def _is_paused(content: Any) -> bool:
    """Say whether an answer paused in the middle of the API's own tools: it comes back as it was, and is gone on with."""
    kind = str(content[-1]["type"]) if isinstance(content, list) and content else ""
    return kind in ("server_tool_use", "mcp_tool_use") or kind.endswith("_tool_result")


def _ends_in_space(content: Any) -> bool:
    if not isinstance(content, str):
        content = content[-1].get("text") if content else ""
    return isinstance(content, str) and content != content.rstrip()


def _is_something(content: Any) -> bool:
    if isinstance(content, str):
        return bool(content)
    if content and content[-1]["type"] == "text" and not content[-1]["text"]:
        refuse("messages: text content blocks must be non-empty")
    return bool(content)


def _systems(value: list[dict[str, Any]]) -> None:
    for role, run in groupby(enumerate(value), key=lambda item: item[1]["role"]):
        found = list(run)
        first, last = found[0][0], found[-1][0]
        if role != "system":
            continue
        for i, message in found:
            _directive(message, i)
        if all(not message["content"] for _, message in found):
            continue
        if first == 0:
            refuse(f"messages.0: use the top-level 'system' parameter for the initial system prompt; {_DIRECTIVE}")
        if last + 1 < len(value) and value[last + 1]["role"] != "assistant":
            refuse(f"messages.{last}: role 'system' must precede an 'assistant' message or end the array; {_DIRECTIVE}")


def _directive(message: Mapping[str, Any], i: int) -> None:
    content = message["content"]
    if not content and message.get("output_config") is None:
        refuse(f"messages.{i}: system content must contain at least one block")
    for block in content if isinstance(content, list) else ():
        if block["type"] not in ("text", "tool_addition", "tool_removal"):
            refuse(f"messages.{i}: role 'system' supports text, tool_addition, and tool_removal blocks only")
    if isinstance(content, str) and content and not content.strip():
        refuse(f"messages.{i}: system text blocks must contain non-whitespace text")


def _blocks(run: list[tuple[int, dict[str, Any]]], kind: str) -> list[tuple[str, dict[str, Any]]]:
    """The blocks of a kind, and where they are, in messages of one role that follow each other: the API merges them first."""
    contents = [(i, message["content"]) for i, message in run if isinstance(message["content"], list)]
    blocks = [(f"messages.{i}.content.{k}", block) for i, content in contents for k, block in enumerate(content)]
    return [(path, block) for path, block in blocks if block["type"] == kind]


def _pairs(value: list[dict[str, Any]]) -> None:
    """Check that every call of a tool has its result in the next message, and every result its call in the one before."""
    spoken = [(i, message) for i, message in enumerate(value) if message["role"] != "system"]
    runs = [list(run) for _, run in groupby(spoken, key=lambda item: item[1]["role"])]
    called: list[str] = []
    ever: set[str] = set()
    for at, run in enumerate(runs):
        _results(run, called)
        called = []
        for path, block in _blocks(run, "tool_use"):
            if block["id"] in ever:
                refuse(f"{path}: `tool_use` ids must be unique")
            ever.add(block["id"])
            called.append(block["id"])
        following = _blocks(runs[at + 1], "tool_result") if at + 1 < len(runs) else []
        answered = {block["tool_use_id"] for _, block in following}
        left = [name for name in called if name not in answered]
        if left:
            refuse(
                f"messages.{run[-1][0]}: `tool_use` ids were found without `tool_result` blocks immediately after: "
                f"{', '.join(left)}. Each `tool_use` block must have a corresponding `tool_result` block in the next message."
            )


def _results(run: list[tuple[int, dict[str, Any]]], called: list[str]) -> None:
    """Check that results answer what was called, each call once."""
    seen: set[str] = set()
    for path, block in _blocks(run, "tool_result"):
        name = block["tool_use_id"]
        if name not in called:
            refuse(
                f"{path}: unexpected `tool_use_id` found in `tool_result` blocks: {name}. Each `tool_result` block must have a "
                "corresponding `tool_use` block in the previous message."
            )
        if name in seen:
            refuse(f"{path}: each tool_use must have a single result. Found multiple `tool_result` blocks with id: {name}")
        seen.add(name)


def thoughts(value: list[dict[str, Any]]) -> None:
    """Check that answers come back with what the model thought before it spoke, and one that called tools with its thoughts."""
    spoken = [(i, message) for i, message in enumerate(value) if message["role"] == "assistant"]
    for i, message in spoken:
        kinds = [block["type"] for block in message["content"]] if isinstance(message["content"], list) else []
        if kinds and kinds[0] not in _THOUGHTS and not _THOUGHTS.isdisjoint(kinds):  # claude-code 20692
            what = "If an assistant message contains any thinking blocks, the first block must be `thinking` or"
            refuse(f"messages.{i}.content.0: {what} `redacted_thinking`. Found `{kinds[0]}`.")
    if not spoken or not _is_result(value[-1]):
        return
    i, content = spoken[-1][0], spoken[-1][1]["content"]
    kind = content[0]["type"] if isinstance(content, list) and content else "text"
    if kind not in _THOUGHTS:
        refuse(
            f"messages.{i}.content.0.type: Expected `thinking` or `redacted_thinking`, but found `{kind}`. When `thinking` is "
            "enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` "
            "and `tool_result` blocks). We recommend you include thinking blocks from previous turns. To avoid this "
            "requirement, disable `thinking`. Please consult our documentation at "
            "https://docs.claude.com/en/docs/build-with-claude/extended-thinking"
        )


def _is_result(message: Mapping[str, Any]) -> bool:
    content = message["content"]
    return isinstance(content, list) and any(block["type"] == "tool_result" for block in content)
