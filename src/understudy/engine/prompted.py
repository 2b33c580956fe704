"""What a prompt itself says of the form of its answer: a JSON Schema written into it, keys named, a code block asked for.

Clients that work with any model put the schema into the prompt and read the answer as JSON. In: a call. Out: the schema, and
how the answer is to be wrapped. Makes no values.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

from understudy.engine.fields import listed_fields
from understudy.model.call import Call, Message

_WORDS = re.compile(r"\bjson\b", re.IGNORECASE)
_MARKS = ('"properties"', "'properties'")  # every schema worth following has it, in JSON or as Python shows it
WRITTEN = b"properties"
"""What stands in every body with a schema, however it is escaped."""

SPOKEN = (b"bservation", b"]]`")
"""What stands in bodies of agents that tell their tools, and what came of them, as text; either will do."""

_ESCAPED = b"\\"  # quotes inside a text and the ends of its lines are
_LEAST = 128  # bytes of a body that can hold a question and a schema
_LONGEST = 1 << 20  # characters of a text that is searched
_SHORT = 1 << 16  # characters of a text that is searched for names of keys
_TRIES = 64  # braces of a text at which a schema is looked for
_decode = json.JSONDecoder().raw_decode
_QUOTED = r"[\"'`]\w{1,40}[\"'`]"
_LIST = r"{0}(?:(?:,\s?|,?\s(?:and|or)\s){0}){{0,30}}"
_SORT = r"(?:keys?|fields?|properties|attributes|members)"
_NAMED = (
    re.compile(rf"({_LIST.format(_QUOTED)}) {_SORT}\b"),
    re.compile(rf"\b{_SORT}(?: named| called)?:?\s({_LIST.format(_QUOTED)})"),
    re.compile(rf"\b{_SORT}(?: named| called|:)\s({_LIST.format(r'[a-zA-Z_]{1,40}')})"),
)
_OF_PYTHON = re.compile(r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|[{}]""")
_KEY = re.compile(r"\b(?!(?:and|or)\b)\w+")


def may_instruct(body: bytes) -> bool:
    """Say whether a prompt may tell what form its answer is to have: most are too short, or have neither quotes nor lines."""
    if len(body) < _LEAST or _ESCAPED not in body:
        return False
    return WRITTEN in body or SPOKEN[0] in body or SPOKEN[1] in body


def prompted_schema(call: Call) -> dict[str, Any] | None:
    """Find the schema that the last of the messages holding one asks the answer to follow; None when nobody wrote one."""
    body = call.body
    if len(body) < _LEAST or _ESCAPED not in body or WRITTEN not in body:
        return None
    if not any(_WORDS.search(message.text) for message in call.messages):
        return None
    return next(_schemas(call), None)


def named_keys(call: Call) -> dict[str, Any] | None:
    """Make a schema of the keys a prompt asks for, by name ("with 'setup' and 'punchline' keys") or by a list; None without."""
    for message in reversed(call.messages):
        text = message.text
        if message.role in ("assistant", "tool", "function") or len(text) > _SHORT:
            continue
        listed = listed_fields(text)
        if listed is not None:
            return listed
        for pattern in _NAMED:
            found = pattern.search(text)
            if found:
                keys = list(dict.fromkeys(_KEY.findall(found[1])))
                members = {key: {"type": "string"} for key in keys}
                return {"type": "object", "properties": members, "required": keys, "additionalProperties": False}
    return None


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
    at = text.find("{") if any(mark in text for mark in _MARKS) and len(text) <= _LONGEST else -1
    for _ in range(_TRIES):
        if at < 0:
            return
        end = at + 1
        try:
            value, end = shown(text, at) if text.startswith("{'", at) else _decode(text, at)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            value = None
        if isinstance(value, dict) and isinstance(value.get("properties"), dict):
            yield value
        at = text.find("{", end)


def shown(text: str, at: int) -> tuple[Any, int]:
    """Read a dictionary as Python shows it, and where it ends."""
    depth = 0
    for found in _OF_PYTHON.finditer(text, at, at + _SHORT):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if not depth:
            return ast.literal_eval(text[at : found.end()]), found.end()
    raise ValueError("a brace that is never closed")
