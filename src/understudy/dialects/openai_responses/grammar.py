"""Events of a response's stream, read and changed from outside: see `model.frame.Grammar`.

Nothing here is on the way of a sound answer: whoever damages streams asks for it, and gets compact JSON back.
"""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.dialects.openai_responses.events import event
from understudy.dialects.openai_responses.kept import unfinished
from understudy.dialects.openai_responses.wishes import Json
from understudy.model.frame import Grammar, Part
from understudy.untrusted import NOT_JSON

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
    response = (document or {}).get("response")
    if document is None or document.get("type") not in _ENDS or not isinstance(response, dict):
        return event
    if part != "usage":
        return None
    left = {key: value for key, value in response.items() if key != "usage"}
    return _written(head, {**document, "response": left})


def failed(first: bytes, last: bytes, error: bytes) -> bytes:
    """End a stream by an error as the service does: the error with the next number, then `response.failed` (wire.md 7.3).

    Args:
        first: the event that the stream began with; a stream taken up later begins without the response, and ends by the error.
        last: the event before the error; b"" when there is none. What has ended before does not end again.
        error: the error event, numbered 0.
    """
    head, told = _read(error)
    before = number(last)
    if told is None or before is None:
        return error
    numbered = _written(head, {**told, "sequence_number": before + 1})
    _, begun = _read(first)
    response = begun.get("response") if begun is not None else None
    if not isinstance(response, dict) or has_ended(last):
        return numbered
    ended = failed_response(response, error)
    return numbered + event("response.failed", {"response": ended, "sequence_number": before + 2})


def failed_response(begun: Json, error: bytes) -> Json:
    """The document of a response that an error event ended."""
    _, told = _read(error)
    found = (told or {}).get("error") or {}
    error_object = {"code": found.get("code") or "server_error", "message": found.get("message")}
    return {**unfinished(begun, "failed"), "error": error_object}


def has_ended(last: bytes) -> bool:
    """Say whether an event is the end of a response."""
    _, document = _read(last)
    return document is not None and document.get("type") in _ENDS


def number(event: bytes) -> int | None:
    """The number of an event, None where it cannot be read."""
    _, document = _read(event)
    found = (document or {}).get("sequence_number")
    return found if isinstance(found, int) else None


def _read(event: bytes) -> tuple[bytes, dict[str, Any] | None]:
    head, found, data = event.partition(b"data:")
    try:
        document = msgspec.json.decode(data) if found else None
    except NOT_JSON:
        document = None
    return head, document if isinstance(document, dict) else None


def _written(head: bytes, document: dict[str, Any]) -> bytes:
    return head + b"data: " + msgspec.json.encode(document) + b"\n\n"


GRAMMAR = Grammar(without, say, failed=failed)
