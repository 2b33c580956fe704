"""Chunks of the family's streams, read and changed from outside: see `model.frame.Grammar`."""

from __future__ import annotations

import msgspec
from msgspec import structs

from understudy.dialects._asked import mapping, objects
from understudy.dialects._emptied import emptying
from understudy.dialects._spoken import Document, Place, decoded, grammar
from understudy.model.frame import Part

_COUNTS = ("usage", "x_groq")


def _read(event: bytes) -> Document | None:
    return decoded(event.strip().removeprefix(b"data:"))


def _write(document: Document) -> bytes:
    return b"data: " + msgspec.json.encode(document) + b"\n\n"


def _spoken(document: Document) -> Place | None:
    for choice in objects(document.get("choices")):
        delta = mapping(choice.get("delta"))
        places: list[Place] = [(choice, "text"), (delta, "content"), (delta, "reasoning_content"), (delta, "reasoning")]
        places += [(mapping(call.get("function")), "arguments") for call in objects(delta.get("tool_calls"))]
        found = next(((holder, name) for holder, name in places if isinstance(holder.get(name), str) and holder[name]), None)
        if found is not None:
            return found
    return None


def _without(document: Document | None, part: Part) -> Document | bool | None:
    if document is None:
        return None if part == "done" else True
    choices = objects(document.get("choices"))
    if part == "usage" and (document.get("usage") or mapping(document.get("x_groq")).get("usage")):
        left = {name: value for name, value in document.items() if name not in _COUNTS}
        return left if choices else None
    finished = [choice for choice in choices if choice.get("finish_reason")]
    if part != "finish" or not finished:
        return True
    said = [value for choice in finished for value in (*mapping(choice.get("delta")).values(), choice.get("text"))]
    if not any(said) and not document.get("usage"):
        return None
    for choice in finished:
        choice["finish_reason"] = None
    return document


END = b"data: [DONE]\n\n"

GRAMMAR = grammar(_read, _write, _spoken, _without, emptying("choices"))

CLOSING = structs.replace(GRAMMAR, failed=lambda _first, _last, error: error + END)
"""Of providers whose streams have their end mark behind an error, too."""
