"""The shape of answers: the OpenAI API's own, or what a script's `shapes.openai` says instead.

A style holds document shapes (plain data with holes, see `_layout`) for chat bodies and chunks, identifier patterns, fixed or
random usage, error documents and the health document. A preset that imitates another server is little more than its style.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from msgspec import Struct

from understudy.dialects import ShapeError
from understudy.dialects.openai.ignored import IGNORABLE
from understudy.kinds import hint, nearest
from understudy.model.reply import FailureKind

BASE36 = b"0123456789abcdefghijklmnopqrstuvwxyz"
_PLACE = re.compile(r"\{(base62|base36|digits|hex):(\d{1,2})\}|\{n(?::(\d{1,9}))?\}")
_CHAT_KEYS = ("id", "chunk_id", "body", "first", "delta", "last", "done", "compact")
_HOLE = re.compile(r"\$[a-z_]+")
_CHUNK_HOLES = frozenset(("id", "created", "model", "content", "finish", "index", "n"))
_BODY_HOLES = (_CHUNK_HOLES - {"n"}) | {"prompt_tokens", "completion_tokens", "total_tokens"}
_ERROR_HOLES = frozenset(("message", "type", "code", "param", "status"))
_ERROR_KEYS = frozenset((*get_args(FailureKind), "default"))
_KEYS = ("chat", "errors", "health", "usage", "model", "headers", "ignores")


class ChatShape(Struct, frozen=True):
    """Chat documents: `body` whole; `first`, `delta`, `last` chunks (None = not sent); `done` the end mark (None = none)."""

    id: str
    chunk_id: str
    body: Any
    first: Any
    delta: Any
    last: Any
    done: str | None = "[DONE]"
    pretty: bool = True


class Style(Struct, frozen=True):
    """All of `shapes.openai`.

    `chat` None means the API's own documents, `usage` maps a count to a number or [low, high], `ignores` names request fields
    that are not looked at.
    """

    chat: ChatShape | None = None
    errors: Mapping[str, Any] = {}
    health: Any = None
    usage: Mapping[str, Any] = {}
    model: str | None = None
    headers: bool = True
    ignores: tuple[str, ...] = ()


def compile_style(shapes: Mapping[str, Any]) -> Style:
    """Check and compile `shapes.openai`."""
    _known(shapes, _KEYS, ())
    chat = shapes.get("chat")
    usage = shapes.get("usage", {})
    _mapping(usage, ("usage",))
    _known(usage, ("prompt_tokens", "completion_tokens"), ("usage",))
    for key, value in usage.items():
        if not (
            _count(value) or (isinstance(value, list) and len(value) == 2 and all(map(_count, value)) and value[0] <= value[1])
        ):
            raise ShapeError(("usage", key), f"usage {value!r}: expected a number, or [lowest, highest]")
    return Style(
        chat=None if chat is None else _chat(chat),
        errors=_errors(shapes.get("errors", {})),
        health=shapes.get("health"),
        usage=usage,
        model=_typed(shapes, "model", str, None, nothing=True),
        headers=_typed(shapes, "headers", bool, True),
        ignores=_ignores(shapes.get("ignores", [])),
    )


def _ignores(names: Any) -> tuple[str, ...]:
    if not isinstance(names, list):
        raise ShapeError(("ignores",), f"expected a list of request fields, got {names!r}")
    for i, name in enumerate(names):
        if name not in IGNORABLE:
            known = ", ".join(IGNORABLE)
            raise ShapeError(("ignores", i), f"field {name!r}: expected one of {known}.{nearest(str(name), IGNORABLE)}")
    return tuple(names)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _chat(chat: Any) -> ChatShape:
    _mapping(chat, ("chat",))
    _known(chat, _CHAT_KEYS, ("chat",))
    if "body" not in chat or "delta" not in chat:
        raise ShapeError(("chat",), "a chat shape needs at least `body` and `delta`")
    for place in ("body", "first", "delta", "last"):
        _holes(chat.get(place), _BODY_HOLES if place == "body" else _CHUNK_HOLES, ("chat", place))
    pattern = _typed(chat, "id", str, "chatcmpl-{base62:29}", ("chat",))
    return ChatShape(
        id=pattern,
        chunk_id=_typed(chat, "chunk_id", str, pattern, ("chat",)),
        body=chat["body"],
        first=chat.get("first"),
        delta=chat["delta"],
        last=chat.get("last"),
        done=_typed(chat, "done", str, "[DONE]", ("chat",), nothing=True),
        pretty=not _typed(chat, "compact", bool, True, ("chat",)),
    )


def _typed(
    value: Mapping[str, Any], key: str, kind: type, default: Any, path: tuple[str | int, ...] = (), *, nothing: bool = False
) -> Any:
    """Read a value of one type, or (where `nothing` is allowed) null."""
    found = value.get(key, default)
    if isinstance(found, kind) or (nothing and found is None):
        return found
    wanted = {str: "a text", bool: "true or false"}[kind] + (" or null" if nothing else "")
    raise ShapeError((*path, key), f"{key} {found!r}: expected {wanted}")


def _holes(shape: Any, known: frozenset[str], path: tuple[str | int, ...]) -> None:
    """Refuse a hole that nothing fills."""
    if isinstance(shape, Mapping | list):
        for key, item in shape.items() if isinstance(shape, Mapping) else enumerate(shape):
            _holes(item, known, (*path, key))
    elif isinstance(shape, str) and _HOLE.fullmatch(shape) and shape[1:] not in known:
        names = ", ".join(f"${name}" for name in sorted(known))
        raise ShapeError(path, f"hole {shape!r}: expected one of {names}.{nearest(shape[1:], known)}")


def _errors(errors: Any) -> dict[str, Any]:
    _mapping(errors, ("errors",))
    for key, shape in errors.items():
        name = str(key)
        if name not in _ERROR_KEYS and not re.fullmatch(r"[45]\d\d", name):
            wanted = f"a status from 400 to 599, or one of {', '.join(sorted(_ERROR_KEYS))}"
            raise ShapeError(("errors", key), f"error {name!r}: expected {wanted}.{nearest(name, _ERROR_KEYS)}")
        _holes(shape, _ERROR_HOLES, ("errors", key))
    return {str(key): value for key, value in errors.items()}


def _mapping(value: Any, path: tuple[str | int, ...]) -> None:
    if not isinstance(value, Mapping):
        raise ShapeError(path, f"expected a mapping, got {value!r}")


def _known(value: Mapping[str, Any], keys: tuple[str, ...], path: tuple[str | int, ...]) -> None:
    for key in value:
        if key not in keys:
            raise ShapeError((*path, key), f"unknown key {key!r}{hint(key, keys)}")


def identifier(pattern: str, key: bytes, salt: bytes, n: int | None = None) -> bytes:
    """Fill an identifier pattern from the answer's characters.

    `{base62:N}`, `{base36:N}`, `{digits:N}` and `{hex:N}` take N characters; `{n}` is the number of the chunk, from 0, and
    `{n:START}` counts from START.
    """
    if pattern == "chatcmpl-{base62:29}":
        return b"chatcmpl-" + salt + key

    def place(match: re.Match[str]) -> str:
        alphabet, size, start = match.groups()
        if alphabet is None:
            return str((n or 0) + int(start or 0))
        source = key + salt  # the key is what differs from one answer to the next
        text = (source * (int(size) // len(source) + 1))[: int(size)]
        if alphabet == "base62":
            return text.decode()
        if alphabet == "base36":
            return bytes(BASE36[c % 36] for c in text).decode()
        digits = "0123456789abcdef" if alphabet == "hex" else "0123456789"
        return "".join(digits[c * 7 % len(digits)] for c in text)

    return _PLACE.sub(place, pattern).encode()


def is_fixed(pattern: str) -> bool:
    """Say whether an identifier draws nothing from the answer (but may count chunks)."""
    return not re.search(r"\{(?:base62|base36|digits|hex)", pattern)
