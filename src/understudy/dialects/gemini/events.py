"""Chunks of a stream: how they are written, and how they are read and changed from outside (`model.frame.Grammar`).

A chunk is a whole response: JSON with ": " after names and "," without a space. As server-sent events each is `data: {...}` and
two line ends (CR LF); else all of them are one JSON array, written as it comes (wire.md 12). Identifiers stand at the end.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from understudy.dialects._asked import mapping, objects
from understudy.dialects._emptied import emptying
from understudy.model.frame import Brackets, Grammar, Part
from understudy.untrusted import NOT_JSON

Frame = tuple[bytes, bytes]

END = b"]"
BRACKETS = Brackets(b"[", b",\r\n", END)
_MARK = "\0text\0"  # stands for the text while the document is written; no reply holds a NUL between these
_AN_END = {True: b"\r\n\r\n", False: b"\r\n"}


def is_sse(query: str) -> bool:
    """Say whether a stream is asked for as server-sent events."""
    return "alt=sse" in query and ("alt", "sse") in [(name.removeprefix("$"), value) for name, value in parse_qsl(query)]


def written(value: Any) -> bytes:
    """Write JSON as the API streams it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ": "))
    return text.encode("utf-8", "backslashreplace")  # half a pair of surrogates is escaped


def beginning(candidate: dict[str, Any]) -> bytes:
    """Write a chunk up to its counts."""
    return written({"candidates": [candidate]})[:-1] + b',"usageMetadata": '


def behind(model: str, *, sse: bool) -> Frame:
    """What stands behind the counts of a chunk, with a gap where its identifier will stand."""
    return b',"modelVersion": ' + written(model) + b',"responseId": "', b'"}' + _AN_END[sse]


def counted(begun: bytes, counts: dict[str, Any], end: Frame, *, sse: bool, first: bool) -> Frame:
    """Put a chunk together."""
    head = b"data: " if sse else BRACKETS.first if first else BRACKETS.other
    return b"".join((head, begun, written(counts), end[0])), end[1]


def _parted(event: bytes) -> tuple[bytes, bytes, bytes]:
    """Take an event apart: what stands before its document, the document, and what stands behind."""
    start, end = event.find(b"{"), event.rfind(b"}") + 1
    return (event, b"", b"") if start < 0 else (event[:start], event[start:end], event[end:])


def _document(event: bytes) -> dict[str, Any] | None:
    try:
        found = msgspec.json.decode(_parted(event)[1])
    except NOT_JSON:
        return None
    return found if isinstance(found, dict) else None


def _again(event: bytes, document: dict[str, Any]) -> bytes:
    before, _, after = _parted(event)
    return before + written(document) + after


def _parts(candidate: dict[str, Any]) -> list[dict[str, Any]]:
    return objects(mapping(candidate.get("content")).get("parts"))


def say(event: bytes, raw: bytes) -> bytes | None:
    """Replace the text of an event by the raw inside of a JSON string; None when it has no text."""
    document = _document(event)
    if document is None:
        return None
    for candidate in objects(document.get("candidates")):
        for part in _parts(candidate):
            if part.get("text"):
                part["text"] = _MARK
                return _again(event, document).replace(written(_MARK)[1:-1], raw, 1)
    return None


def without(event: bytes, part: Part) -> bytes | None:
    """Leave a part out of an event; None when nothing else is in it, the event itself when it has no such part."""
    if part == "done":
        return None if event == END else event
    document = _document(event)
    if document is None:
        return event
    if part == "usage":
        return _again(event, document) if document.pop("usageMetadata", None) is not None else event
    finished = [candidate for candidate in objects(document.get("candidates")) if candidate.pop("finishReason", None)]
    if not finished:
        return event
    for candidate in finished:
        candidate.pop("finishMessage", None)
    is_empty = not any(said.get("text") or "functionCall" in said for candidate in finished for said in _parts(candidate))
    return None if is_empty and event.startswith(b"data:") else _again(event, document)


GRAMMAR = Grammar(without, say, emptying("candidates", stays=False, write=written))
