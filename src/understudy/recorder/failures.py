"""An error answer as a script says it, in the provider's words.

In: a take. Out: the content `error` of a reply; None when its document has a form that no dialect writes. What only
AWS and Google call it is left out where they would call it so anyway.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from msgspec import structs

from understudy.dialects import Dialect, served
from understudy.faults import kind_of
from understudy.model.reply import Failure
from understudy.recorder.answers import Document, items, member
from understudy.recorder.take import Take


def error_of(take: Take) -> dict[str, Any] | None:
    """Write an error."""
    document = _document(take.body)
    inner = document.get("error", document) if document is not None else None
    message = inner if isinstance(inner, str) else member(inner, "message")
    if not isinstance(message, str):
        return None
    error: Document = {"status": take.status, "message": message}
    for name in ("type", "code", "param"):
        if isinstance(value := member(inner, name), str):
            error[name] = value
    kind = _kind(take, inner)
    if kind and "type" not in error and not _is_said_anyway(take, message, kind):
        error["type"] = kind
    wait = take.fields.get("retry-after", "") or _delay(inner)
    if wait.replace(".", "", 1).isdecimal():
        error["retry-after"] = f"{wait}s"
    return error


def _document(body: bytes) -> Document | None:
    """The document of an error; Gemini's streams hold it in a list."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    return found if isinstance(found, dict) else None


def _kind(take: Take, inner: Any) -> str:
    """What AWS calls an error in a header field, and Google its status."""
    status = member(inner, "status")
    return take.fields.get("x-amzn-errortype", "").partition(":")[0] or (status if isinstance(status, str) else "")


def _delay(inner: Any) -> str:
    """The seconds that Google asks to wait."""
    waits = (str(member(detail, "retryDelay") or "") for detail in items(member(inner, "details")))
    return next((wait.removesuffix("s") for wait in waits if wait.endswith("s")), "")


def _is_said_anyway(take: Take, message: str, kind: str) -> bool:
    """Whether the dialect calls such an error so without being told."""
    speaker = None if take.call is None else _speaker(take.call.dialect)
    if speaker is None:
        return False
    bare, style = Failure(take.status, kind_of(take.status), message), speaker.style({})
    return speaker.failure(structs.replace(bare, type=kind), style) == speaker.failure(bare, style)


@cache
def _speaker(name: str) -> Dialect | None:
    try:
        return served((name,))[0]
    except KeyError:
        return None
