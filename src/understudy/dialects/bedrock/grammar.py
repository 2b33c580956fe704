"""Frames of Bedrock's streams, and documents, read and changed from outside: see `model.frame.Grammar`."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

import msgspec

from understudy.dialects._emptied import emptying
from understudy.dialects._spoken import decoded
from understudy.model.frame import Grammar, Part
from understudy.wire.eventstream import Message, encode, first

_MARK = "\0text\0"  # stands for the text while the document is written; no reply holds a NUL between these
_WRITTEN = msgspec.json.encode(_MARK)[1:-1]
_USAGE = ("usage", "metrics", "amazon-bedrock-invocationMetrics")
_ENDS = ("messageStop", "message_stop")
_LISTS = (
    "results",
    "outputs",
    "choices",
    "generations",
)  # of Titan's, Mistral's, OpenAI's and Cohere's; the others have the content of one message, or a text
_EMPTYING = tuple(map(emptying, _LISTS))


def _opened(event: bytes) -> tuple[Message, dict[str, Any], dict[str, Any]]:
    """Read a frame: itself, its document, and the document that holds what is said (the inner one of a chunk).

    Of what is no sound frame there is nothing to read.
    """
    message = first(event) or Message({}, b"")
    document = decoded(message.payload) or {}
    packed = document.get("bytes")
    return message, document, decoded(b64decode(packed)) or {} if isinstance(packed, str) else document


def _closed(message: Message, document: dict[str, Any], inner: dict[str, Any], raw: bytes | None = None) -> bytes:
    """Write a frame anew, with the text replaced."""
    data = msgspec.json.encode(inner)
    if raw is not None:
        data = data.replace(_WRITTEN, raw, 1)
    if inner is not document:
        data = msgspec.json.encode({**document, "bytes": b64encode(data).decode()})
    return encode(message.headers, data)


def _say(event: bytes, raw: bytes) -> bytes | None:
    message, document, inner = _opened(event)
    holder = _holder(inner, 0)
    if holder is None:
        return None
    place, member = holder
    place[member] = _MARK
    return _closed(message, document, inner, raw)


_TEXTS = ("text", "content", "arguments", "thinking", "partial_json", "input", "generation", "outputText")


def _holder(value: Any, depth: int) -> tuple[dict[str, Any], str] | None:
    """Find where the text of an event is, whatever the model's form."""
    if isinstance(value, list):
        found = (_holder(item, depth + 1) for item in value)
        return next((place for place in found if place is not None), None)
    if not isinstance(value, dict) or depth > 5:
        return None
    member = next((name for name in _TEXTS if isinstance(value.get(name), str) and value[name]), None)
    return (value, member) if member else _holder(list(value.values()), depth + 1)


def _without(event: bytes, part: Part) -> bytes | None:
    message, document, inner = _opened(event)
    kind = message.headers.get(":event-type")
    if part == "done":  # the frame after which nothing is said
        return None if kind in _ENDS or inner.get("type") in _ENDS else event
    if part == "usage" and kind == "metadata":
        return None
    if part == "finish" and kind == "messageStop":
        inner.pop("stopReason", None)
    elif part == "finish" and isinstance(inner.get("delta"), dict) and "stop_reason" in inner["delta"]:
        inner["delta"] = {**inner["delta"], "stop_reason": None}
    elif part == "usage" and any(name in inner for name in _USAGE) and kind == "chunk":
        for name in _USAGE:
            inner.pop(name, None)
    else:
        return event
    return _closed(message, document, inner)


def _emptied(data: bytes) -> bytes:
    """Empty the list that a document, or the document in a frame, has for answers: only some models' forms have one."""
    if data.startswith(b"{"):
        return _no_answers(data)
    message, document, inner = _opened(data)
    if not any(name in inner for name in _LISTS):
        return data
    return _closed(message, document, inner | {name: [] for name in _LISTS if name in inner})


def _no_answers(document: bytes) -> bytes:
    for empty in _EMPTYING:
        document = empty(document)
    return document


GRAMMAR = Grammar(_without, _say, _emptied)
