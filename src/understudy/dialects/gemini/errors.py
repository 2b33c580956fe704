"""Errors as google.rpc statuses: `{"error":{"code","message","status",["details"]}}`, pretty printed (wire.md 12).

In: a failure in no provider's words. Out: the document of an answer, or an event of a stream. Of a prompt that the safety
system refuses, the API speaks in a good answer that has no candidates but tells what the prompt cost.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from understudy.dialects import ErrorBody
from understudy.dialects._errors import meant, status_of, with_wait
from understudy.dialects.gemini.details import details
from understudy.dialects.gemini.events import is_sse, written
from understudy.dialects.gemini.words import ON_VERTEX, is_own_key, message
from understudy.model.http import RequestHead
from understudy.model.reply import Failure, FailureKind

_JSON = "application/json; charset=UTF-8"
_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
    529: "UNAVAILABLE",
}
# Failures that this API answers with another status than its peers do, unless a status was asked for.
_OTHERWISE: dict[tuple[FailureKind, int], int] = {("missing_key", 401): 403, ("method_not_allowed", 405): 404}


def error_body(failure: Failure) -> ErrorBody:
    """Build the error document."""
    if _is_block(failure):
        return ErrorBody(200, _pretty(_blocked(failure)), failure.headers, _JSON)
    status, failure = _status(failure), _meant(failure)
    headers = failure.headers
    if status != failure.status:
        headers = tuple(field for field in headers if field[0].lower() != "www-authenticate")
    return ErrorBody(status, _pretty(_document(failure, status)), with_wait(headers, failure), _JSON)


def error_event(failure: Failure) -> bytes:
    """Build the event that ends a stream in failure."""
    return _event(_blocked(failure) if _is_block(failure) else _document(_meant(failure), _status(failure)))


def in_stream(error: ErrorBody, head: RequestHead) -> ErrorBody:
    """Put an error that comes before a stream into the array that the stream would have been; a blocked prompt is an event."""
    if is_sse(head.query):
        if error.status != 200:
            return error
        return replace(error, data=_event(msgspec.json.decode(error.data)), content_type="text/event-stream")
    return replace(error, data=b"[%b]" % error.data)


def on_vertex(error: ErrorBody, _head: RequestHead) -> ErrorBody:
    """Say an error as Vertex AI does where that is known to say it otherwise."""
    document = msgspec.json.decode(error.data)
    words = ON_VERTEX.get(document.get("error", {}).get("message", ""))
    if words is None:
        return error
    document["error"]["message"] = words
    return replace(error, data=_pretty(document))


def in_vertex_stream(error: ErrorBody, head: RequestHead) -> ErrorBody:
    """Say an error that comes before a stream as Vertex AI does."""
    return in_stream(on_vertex(error, head), head)


def _pretty(document: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _event(document: Any) -> bytes:
    return b"data: %b\r\n\r\n" % written(document)


def _is_block(failure: Failure) -> bool:
    """Say whether the safety system refuses a prompt; with words or a status of its own it is an error as any other."""
    return failure.kind == "content_filter" and failure.status == 400 and failure.message is None


def _blocked(failure: Failure) -> dict[str, Any]:
    document: dict[str, Any] = {"promptFeedback": {"blockReason": "SAFETY"}}
    tokens = failure.prompt_tokens
    if tokens:
        shares = [{"modality": "TEXT", "tokenCount": tokens}]
        document["usageMetadata"] = {"promptTokenCount": tokens, "totalTokenCount": tokens, "promptTokensDetails": shares}
    return document


def _meant(failure: Failure) -> Failure:
    """Take a bare status for what it means; of one that stands for a wrong key nobody looked at a key."""
    return replace(meant(failure), subject=None) if failure.kind == "simulated" else failure


def _status(failure: Failure) -> int:
    """The status answered: the API says some things with another one than its peers."""
    if is_own_key(failure):
        return 400
    return status_of(failure, _OTHERWISE)


def _document(failure: Failure, code: int) -> dict[str, Any]:
    words = message(failure)
    status = failure.type or _STATUSES.get(code) or ("INTERNAL" if code >= 500 else "FAILED_PRECONDITION")
    error: dict[str, Any] = {"code": code, "message": words, "status": status}
    found = details(failure, words)
    return {"error": {**error, "details": found} if found else error}
