"""Stream events of chat and legacy completions, read and changed from outside: see `model.frame.Grammar`.

Nothing here is on the way of a sound answer: whoever damages streams asks for it, and gets compact JSON back.
"""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.dialects._asked import mapping, objects
from understudy.dialects._emptied import emptying
from understudy.model.frame import Grammar, Part
from understudy.untrusted import NOT_JSON

_MARK = "\0text\0"  # stands for the text while the document is written; no reply holds a NUL between these
_WRITTEN = msgspec.json.encode(_MARK)[1:-1]


def _document(event: bytes) -> dict[str, Any] | None:
    """Read the data of an event; None for what is no JSON object, as the end mark."""
    try:
        found = msgspec.json.decode(event.strip().removeprefix(b"data:"))
    except NOT_JSON:
        return None
    return found if isinstance(found, dict) else None


def _event(document: dict[str, Any]) -> bytes:
    return b"data: " + msgspec.json.encode(document) + b"\n\n"


def _spoken(choice: dict[str, Any]) -> tuple[dict[str, Any], str] | None:
    """Find the member of a choice that holds its text: what is said, refused, or an argument of a tool call."""
    delta = mapping(choice.get("delta"))
    places = [(choice, "text"), (delta, "content"), (delta, "refusal"), (delta, "reasoning_content")]
    for call in objects(delta.get("tool_calls")):
        places += [(mapping(call.get(kind)), key) for kind, key in (("function", "arguments"), ("custom", "input"))]
    return next(((holder, key) for holder, key in places if holder.get(key)), None)


def say(event: bytes, raw: bytes) -> bytes | None:
    """Replace the text of an event by the raw inside of a JSON string; None when it has no text."""
    document = _document(event)
    for choice in objects((document or {}).get("choices")):
        spoken = _spoken(choice)
        if document is not None and spoken is not None:
            holder, key = spoken
            holder[key] = _MARK
            return _event(document).replace(_WRITTEN, raw, 1)
    return None


def without(event: bytes, part: Part) -> bytes | None:
    """Leave a part out of an event; None when nothing else is in it, the event itself when it has no such part."""
    document = _document(event)
    if document is None:
        return None if part == "done" else event
    match part:
        case "done":
            return event
        case "usage":
            return _without_usage(event, document)
        case "finish":
            return _without_finish(event, document)


def _without_usage(event: bytes, document: dict[str, Any]) -> bytes | None:
    if not document.get("usage"):
        return event
    if not document.get("choices"):
        return None
    del document["usage"]
    return _event(document)


def _without_finish(event: bytes, document: dict[str, Any]) -> bytes | None:
    finished = [choice for choice in objects(document.get("choices")) if choice.get("finish_reason")]
    if not finished:
        return event
    if not any(choice.get("delta") or choice.get("text") for choice in finished):
        return None
    for choice in finished:
        choice["finish_reason"] = None
    return _event(document)


GRAMMAR = Grammar(without, say, emptying("choices"))
