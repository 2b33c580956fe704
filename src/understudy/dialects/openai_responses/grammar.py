"""Events of a response's stream, read and changed from outside: see `model.frame.Grammar`.

Nothing here is on the way of a sound answer: whoever damages streams asks for it, and gets compact JSON back.
"""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.model.frame import Grammar, Part

_MARK = "\0text\0"  # stands for the text while the document is written; no reply holds a NUL between these
_WRITTEN = msgspec.json.encode(_MARK)[1:-1]
_ENDS = ("response.completed", "response.incomplete", "response.failed")


def say(event: bytes, raw: bytes) -> bytes | None:
    """Replace the text of a delta by the raw inside of a JSON string; None when the event has no text."""
    head, document = _read(event)
    if document is None or not isinstance(document.get("delta"), str):
        return None
    return _written(head, {**document, "delta": _MARK}).replace(_WRITTEN, raw, 1)


def without(event: bytes, part: Part) -> bytes | None:
    """Leave a part out: the last event is the end mark and the reason why the answer ended, and carries the usage."""
    head, document = _read(event)
    if document is None or document.get("type") not in _ENDS:
        return event
    if part != "usage":
        return None
    response = {key: value for key, value in document["response"].items() if key != "usage"}
    return _written(head, {**document, "response": response})


def _read(event: bytes) -> tuple[bytes, dict[str, Any] | None]:
    head, found, data = event.partition(b"data:")
    try:
        document = msgspec.json.decode(data) if found else None
    except (msgspec.DecodeError, UnicodeError):
        document = None
    return head, document if isinstance(document, dict) else None


def _written(head: bytes, document: dict[str, Any]) -> bytes:
    return head + b"data: " + msgspec.json.encode(document) + b"\n\n"


GRAMMAR = Grammar(without, say)
