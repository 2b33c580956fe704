"""What is said in the body of a request, read without a dialect: messages, results of tools, and the tokens it allows.

OpenAI (chat, responses, completions), Anthropic and Gemini bodies are known by their members. A body that is none of these has
no messages, and is its own identity all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct

_NO_IDENTITY = ("stream", "stream_options", "model", "user", "metadata")  # may differ between two tries of one request
_MOST_TOKENS = ("max_completion_tokens", "max_tokens", "max_output_tokens")
_MESSAGES = ("messages", "input", "contents")


class Said(Struct, frozen=True):
    """One message: whose it is, its text, the ids and the texts of the results of tools, the calls of tools it makes."""

    role: str
    text: str
    digest: bytes
    results: tuple[tuple[str, str], ...] = ()
    calls: tuple[str, ...] = ()


class Conversation(Struct, frozen=True):
    """A body understood: who it is, its messages, how many tokens it allows at most (None: as many as there are)."""

    identity: bytes
    messages: tuple[Said, ...] = ()
    most_tokens: int | None = None


def read(body: bytes) -> Conversation:
    """Read a body."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return Conversation(_digest(body))
    if not isinstance(value, dict):
        return Conversation(_digest(body))
    same = {name: part for name, part in value.items() if name not in _NO_IDENTITY}
    limits = [value[name] for name in _MOST_TOKENS if isinstance(value.get(name), int)]
    found: list[Any] = next((value[name] for name in _MESSAGES if isinstance(value.get(name), list)), [])
    said = tuple(_said(item) for item in found if isinstance(item, dict))
    return Conversation(_digest(msgspec.json.encode(same, order="deterministic")), said, min(limits, default=None))


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=12).digest()


def _said(item: dict[str, Any]) -> Said:
    role = item.get("role")
    parts = list(_parts(item))
    results = tuple(found for part in (item, *parts) if (found := _result(part)) is not None)
    calls = tuple(call for part in (item, *parts, *_listed(item, "tool_calls")) if (call := _call(part)) is not None)
    by = "tool" if results else "assistant" if calls or role == "model" else role if isinstance(role, str) else "user"
    text = "".join(part["text"] for part in parts if isinstance(part.get("text"), str))
    return Said(by, text, _digest(msgspec.json.encode(item, order="deterministic")), results, calls)


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


def _result(part: dict[str, Any]) -> tuple[str, str] | None:
    """Read the result of a tool: the id of the call, and what came of it."""
    if part.get("role") == "tool" and isinstance(part.get("tool_call_id"), str):
        return part["tool_call_id"], _plain(part.get("content"))
    if part.get("type") == "tool_result" and isinstance(part.get("tool_use_id"), str):
        return part["tool_use_id"], _plain(part.get("content"))
    if part.get("type") == "function_call_output" and isinstance(part.get("call_id"), str):
        return part["call_id"], _plain(part.get("output"))
    given = part.get("functionResponse")
    return (str(given.get("id") or ""), _plain(given.get("response"))) if isinstance(given, dict) else None


def _call(part: dict[str, Any]) -> str | None:
    """Read a call of a tool: its name and its arguments in one text."""
    function = part.get("function")
    if isinstance(function, dict) and "name" in function:
        return f"{function['name']}({function.get('arguments', '')})"
    if part.get("type") == "tool_use":
        return f"{part.get('name')}({_plain(part.get('input'))})"
    if part.get("type") == "function_call":
        return f"{part.get('name')}({part.get('arguments', '')})"
    given = part.get("functionCall")
    return f"{given.get('name')}({_plain(given.get('args'))})" if isinstance(given, dict) else None


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value, order="deterministic").decode()
