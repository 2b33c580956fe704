"""What is said in the body of a request, read without a dialect: messages, results of tools, and the tokens it allows.

OpenAI (chat, responses, completions), Anthropic, Gemini and Bedrock bodies are known by their members. A body that is none of
these has no messages, and is its own identity all the same: a form but for its boundary, which differs with each try.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct

from understudy.untrusted import NOT_JSON
from understudy.verdict._results import Result, plain, result_of

_NO_IDENTITY = ("stream", "stream_options", "model", "user", "metadata")  # may differ between two tries of one request
_MOST_TOKENS = ("max_completion_tokens", "max_tokens", "max_output_tokens")
_MESSAGES = ("messages", "input", "contents")
_LONGEST_BOUNDARY = 72  # characters with the two dashes before it (RFC 2046 section 5.1.1)


class ToolUse(Struct, frozen=True):
    """A call of a tool: its name, and its arguments as JSON text, which may have been cut off."""

    name: str
    arguments: str


class Said(Struct, frozen=True):
    """One message: whose it is, its text, the results of tools, the calls of tools it makes.

    `role` is `user`, `assistant`, `tool`, or what else the provider has, as `system`.
    """

    role: str
    text: str
    digest: bytes
    results: tuple[Result, ...] = ()
    calls: tuple[ToolUse, ...] = ()


class Conversation(Struct, frozen=True):
    """A body understood: who it is, its messages, how many tokens it allows at most (None: as many as there are)."""

    identity: bytes
    messages: tuple[Said, ...] = ()
    most_tokens: int | None = None


def read(body: bytes) -> Conversation:
    """Read a body."""
    try:
        value = msgspec.json.decode(body)
    except NOT_JSON:
        return Conversation(_digest(_unbounded(body)))
    if not isinstance(value, dict):
        return Conversation(_digest(body))
    same = {name: part for name, part in value.items() if name not in _NO_IDENTITY}
    limits = [value[name] for name in _MOST_TOKENS if isinstance(value.get(name), int)]
    found: list[Any] = next((value[name] for name in _MESSAGES if isinstance(value.get(name), list)), [])
    said = tuple(_said(item) for item in found if isinstance(item, dict))
    return Conversation(_digest(msgspec.json.encode(same, order="deterministic")), said, min(limits, default=None))


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=12).digest()


def _unbounded(body: bytes) -> bytes:
    """Take the boundary out of a form: a client draws another one for each try."""
    line = body[: _LONGEST_BOUNDARY + 2].partition(b"\r\n")
    return body.replace(line[0], b"--") if line[1] and line[0].startswith(b"--") else body


def _said(item: dict[str, Any]) -> Said:
    parts = list(_parts(item))
    results = tuple(found for part in (item, *parts) if (found := result_of(part)) is not None)
    calls = tuple(call for part in (item, *parts, *_listed(item, "tool_calls")) if (call := _call(part)) is not None)
    by = "tool" if results else "assistant" if calls else _role(item)
    text = "".join(part["text"] for part in parts if isinstance(part.get("text"), str) and not _is_thought(part))
    return Said(by, text, _digest(msgspec.json.encode(item, order="deterministic")), results, calls)


def _is_thought(part: dict[str, Any]) -> bool:
    return part.get("thought") is True or part.get("type") == "reasoning_text"


def _role(item: dict[str, Any]) -> str:
    """Say whose a message is. Items of a talk that are no messages have no role but a type: the model made them, as its
    reasoning, or a tool did.
    """
    role, kind = item.get("role"), item.get("type", "message")
    if isinstance(role, str):
        return "assistant" if role == "model" else role
    if not isinstance(kind, str) or kind in ("message", "mcp_approval_response"):
        return "user"
    return "tool" if kind.endswith("_output") else "assistant"


def _parts(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    content = item.get("content", item.get("parts"))
    if isinstance(content, str):
        yield {"text": content}
    elif isinstance(content, list):
        yield from (part for part in content if isinstance(part, dict))


def _listed(item: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    found = item.get(name)
    if isinstance(found, list):
        yield from (part for part in found if isinstance(part, dict))


def _call(part: dict[str, Any]) -> ToolUse | None:
    """Read a call of a tool."""
    function = part.get("function")
    if isinstance(function, dict) and "name" in function:
        return _use(function, "arguments")
    if part.get("type") in ("tool_use", "custom_tool_call"):
        return _use(part, "input")
    if part.get("type") == "function_call":
        return _use(part, "arguments")
    for member, arguments in (("functionCall", "args"), ("toolUse", "input")):
        given = part.get(member)
        if isinstance(given, dict):
            return _use(given, arguments)
    return None


def _use(given: dict[str, Any], arguments: str) -> ToolUse:
    return ToolUse(str(given.get("name")), plain(given.get(arguments, "")))
