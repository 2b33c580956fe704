"""Results of tools as the bodies of requests carry them, read without a dialect."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct


class Result(Struct, frozen=True):
    """What came of a call of a tool: the id of the call, or where the provider has none the name of the tool; its text."""

    id: str
    name: str
    text: str


def result_of(part: dict[str, Any]) -> Result | None:
    """Read the result of a tool, None from what is none."""
    if part.get("role") == "tool":
        return _result(part, "tool_call_id", "content")
    if part.get("type") == "tool_result":
        return _result(part, "tool_use_id", "content")
    if part.get("type") in ("function_call_output", "custom_tool_call_output"):
        return _result(part, "call_id", "output")
    if isinstance(given := part.get("toolResult"), dict):
        return _result(given, "toolUseId", "content")
    if isinstance(given := part.get("functionResponse"), dict):
        return Result(str(given.get("id") or ""), str(given.get("name") or ""), plain(given.get("response")))
    return None


def _result(given: dict[str, Any], call: str, content: str) -> Result | None:
    found = given.get(call)
    return Result(found, "", plain(given.get(content))) if isinstance(found, str) else None


def plain(value: Any) -> str:
    """Spell a value as text: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value, order="deterministic").decode()
