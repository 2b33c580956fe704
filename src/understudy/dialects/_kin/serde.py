"""What servers written in Rust say of a body they cannot read: words of axum and serde that DeepSeek, xAI and Together pass on.

In: a body. Out: a sentence, with the line and column where reading ended. The forms are those that users report (issues of
deepseek4j, forgecode and DeepSeek-Reasonix, 2025 to May 2026); what there is no report of follows serde_json's documentation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from math import isinf
from typing import Any

from understudy.dialects._asked import objects

_SPACE = re.compile(r"[ \t\r\n]*")
_VALUE = re.compile(rb'"(?:[^"\\]|\\.)*"|NaN|-?Infinity|-?[0-9][0-9.eE+-]*', re.DOTALL)
_read = json.JSONDecoder().raw_decode
_BROKEN = "Failed to parse the request body as JSON: "
_TOO_DEEP = "recursion limit exceeded at line 1 column 128"
_UNFIT = "Failed to deserialize the JSON body into the target type: "
_REASONS = (
    ("Expecting property name", "key must be a string"),
    ("Expecting ':'", "expected `:`"),
    ("Expecting ','", "expected `,` or `}`"),
    ("Extra data", "trailing characters"),
    ("Unterminated string", "EOF while parsing a string"),
    ("Invalid control character", "control character (\\u0000-\\u001F) found while parsing a string"),
    ("Invalid \\", "invalid escape"),
)
# What members of a chat must be: how Rust names the type, and the types of Python that fit.
_TYPES: dict[str, tuple[str, type | tuple[type, ...]]] = {
    "model": ("a string", str),
    "messages": ("a sequence", list),
    "temperature": ("f32", (int, float)),
    "top_p": ("f32", (int, float)),
    "max_tokens": ("u32", int),
    "n": ("u32", int),
    "stream": ("a boolean", bool),
    "tools": ("a sequence", list),
}


def syntax(body: bytes) -> str:
    """Say why a body is no JSON object."""
    text = body.decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        rest = text[error.pos :].strip()
        reason = next((ours for theirs, ours in _REASONS if error.msg.startswith(theirs)), "expected value")
        if not rest:
            reason = "EOF while parsing a value" if not text.strip() else "EOF while parsing an object"
        return f"{_BROKEN}{reason} at line {error.lineno} column {error.colno}"
    except RecursionError:
        return _BROKEN + _TOO_DEEP
    except ValueError:  # an integer of thousands of digits
        value = {}
    odd = _stricter(body) or (_TOO_DEEP if isinstance(value, dict) else None)
    if odd is not None:
        return _BROKEN + odd
    return _UNFIT + unexpected(value, "a map") + _place(body, ())


def _stricter(body: bytes) -> str | None:
    """Say what serde does not read and Python does: other bytes than UTF-8, halves of pairs, odd numbers."""
    for found in _VALUE.finditer(body):
        reason, end = _odd(found[0]), found.end()
        if reason is not None:
            before = body[:end]
            return f"{reason} at line {before.count(10) + 1} column {end - before.rfind(10) - 1}"
    return None


def _odd(token: bytes) -> str | None:
    """Say why a text or a number is not read; None for one that is."""
    if not token.startswith(b'"'):
        return "expected value" if token[-1:] in b"Ny" else "number out of range" if isinf(float(token)) else None
    try:
        json.loads(token.decode()).encode()
    except UnicodeDecodeError:
        return "invalid unicode code point"
    except UnicodeEncodeError:
        return "lone leading surrogate in hex escape"
    return None


def misfit(value: Mapping[str, Any], body: bytes, needed: Sequence[str], roles: Sequence[str] = ()) -> str | None:
    """Say what of a JSON object does not fit, in the order of its members; None when all of it does.

    Args:
        value: the object.
        body: the bytes it was read from.
        needed: the members that must be there.
        roles: the roles that a message may have; none means that messages are not looked at.
    """
    found = next((problem for name in value if (problem := _unfit(name, value[name], body, roles))), None)
    if found is None:
        missing = next((name for name in needed if name not in value), None)
        found = None if missing is None else f"missing field `{missing}`" + _place(body, ())
    return None if found is None else _UNFIT + found


def unfit(name: str, reason: str, body: bytes) -> str:
    """Say why a member does not fit."""
    return f"{_UNFIT}{name}: {reason}{_place(body, (name,))}"


def unexpected(value: Any, expected: str) -> str:
    """Say that a value is of another type than expected."""
    return f"invalid type: {_shown(value)}, expected {expected}"


def _unfit(name: str, value: Any, body: bytes, roles: Sequence[str]) -> str | None:
    if name not in _TYPES or (value is None and name not in ("model", "messages")):
        return None
    expected, kinds = _TYPES[name]
    fits = isinstance(value, kinds) and (kinds is bool or not isinstance(value, bool))
    if not fits:
        return f"{name}: {unexpected(value, expected)}" + _place(body, (name,))
    if expected == "u32" and value < 0:
        return f"{name}: invalid value: integer `{value}`, expected u32" + _place(body, (name,))
    if name == "messages" and roles:
        found = _unfit_message(value, roles)
        return None if found is None else found[1] + _place(body, ("messages", found[0]))
    if name == "tools":
        bare = next((i for i, tool in enumerate(value) if isinstance(tool, dict) and "function" not in tool), None)
        return None if bare is None else f"tools[{bare}]: missing field `function`" + _place(body, ("tools", bare))
    return None


def _unfit_message(messages: Sequence[Any], roles: Sequence[str]) -> tuple[int, str] | None:
    """Find the first message that does not fit: its place, and what is wrong."""
    for index, message in enumerate(messages):
        at = f"messages[{index}]"
        if not isinstance(message, dict):
            return index, f"{at}: {unexpected(message, 'internally tagged enum')}"
        role = message.get("role")
        if role is None:
            return index, f"{at}: missing field `role`"
        if role not in roles:
            expected = ", ".join([f"`{role}`" for role in roles])
            return index, f"{at}.role: unknown variant `{role}`, expected one of {expected}"
        if "content" not in message and role != "assistant":
            return index, f"{at}: missing field `content`"
        kinds = [part.get("type") for part in objects(message.get("content"))]
        other = next((kind for kind in kinds if kind != "text"), None)
        if other is not None:
            return index, f"{at}.content: unknown variant `{other}`, expected `text`"
    return None


def _shown(value: Any) -> str:
    """Name a value as serde does when it did not expect it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"boolean `{str(value).lower()}`"
    if isinstance(value, str):
        return f"string {json.dumps(value, ensure_ascii=False)}"
    if isinstance(value, list):
        return "sequence"
    return "map" if isinstance(value, dict) else f"{'integer' if isinstance(value, int) else 'floating point'} `{value}`"


def _place(body: bytes, path: Sequence[str | int]) -> str:
    """Say where the value at a path ends, counted in bytes from 1."""
    text = body.decode("utf-8", "replace")
    try:
        end = _end(text, 0, path)
    except (ValueError, IndexError, RecursionError):  # a member that is there twice, or one too deep
        end = len(text.rstrip())
    before = text[:end]
    line = before.rpartition("\n")[2]
    return f" at line {before.count(chr(10)) + 1} column {len(line.encode())}"


def _end(text: str, at: int, path: Sequence[str | int]) -> int:
    """Find the end of the value at a path below the one that begins here."""
    at = _skip(text, at)
    if not path:
        return _read(text, at)[1]
    step, place, at = path[0], 0, at + 1
    while True:
        at = _skip(text, at)
        found = place == step
        if isinstance(step, str):
            name, at = _read(text, at)
            found, at = name == step, _skip(text, _skip(text, at) + 1)
        if found:
            return _end(text, at, path[1:])
        at = _skip(text, _read(text, at)[1]) + 1
        place += 1


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return at if space is None else space.end()
