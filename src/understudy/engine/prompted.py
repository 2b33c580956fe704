"""What a prompt itself says of the form of its answer: a JSON Schema written into it, a code block asked for.

Clients that work with any model put the schema into the prompt and read the answer as JSON. In: a call. Out: the schema, and
how the answer is to be wrapped. Makes no values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from understudy.model.call import Call, Message

_WORDS = re.compile(r"\bjson\b", re.IGNORECASE)
_MARK = '"properties"'  # every schema worth following has it
WRITTEN = b"properties"
"""What stands in every body with a schema, however it is escaped."""

_ESCAPED = b"\\"  # quotes inside a text are
_LEAST = 128  # bytes of a body that can hold a question and a schema
_LONGEST = 1 << 20  # characters of a text that is searched
_TRIES = 64  # braces of a text at which a schema is looked for
_decode = json.JSONDecoder().raw_decode


def prompted_schema(call: Call) -> dict[str, Any] | None:
    """Find the schema that the last of the messages holding one asks the answer to follow; None when nobody wrote one."""
    body = call.body
    if len(body) < _LEAST or _ESCAPED not in body or WRITTEN not in body:
        return None
    if not any(_WORDS.search(message.text) for message in call.messages):
        return None
    return next(_schemas(call), None)


def wrapped(call: Call, text: str) -> str:
    """Wrap a JSON text as the prompt asks: in a code block where it speaks of one."""
    asked = any("```json" in message.text for message in call.messages if message.role != "assistant")
    return f"```json\n{text}\n```" if asked else text


def _schemas(call: Call) -> Iterator[dict[str, Any]]:
    for message in reversed(call.messages):
        if message.role not in ("assistant", "tool", "function"):
            yield from _written(message)


def _written(message: Message) -> Iterator[dict[str, Any]]:
    text = message.text
    at = text.find("{") if _MARK in text and len(text) <= _LONGEST else -1
    for _ in range(_TRIES):
        if at < 0:
            return
        end = at + 1
        try:
            value, end = _decode(text, at)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict) and isinstance(value.get("properties"), dict):
            yield value
        at = text.find("{", end)
