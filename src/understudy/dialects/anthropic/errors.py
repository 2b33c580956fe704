"""Errors in the Anthropic API's words: `{"type":"error","error":{"type","message"},"request_id"}`, compact (wire.md 11.6)."""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.dialects import ErrorBody
from understudy.dialects._anthropic_limits import overrun_message, used_up
from understudy.dialects._errors import meant, with_wait
from understudy.model.reply import Failure, FailureKind

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_CREDIT = (
    "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."
)
# What is said when the failure brings no words of its own.
_WORDS: dict[FailureKind, str] = {
    "invalid_request": "Invalid request.",
    "malformed_json": "The request body is not valid JSON.",
    "unauthorized": "invalid x-api-key",
    "missing_key": "x-api-key header is required",
    "forbidden": "Your API key does not have permission to use the specified resource",
    "not_found": "Not found",
    "model_not_found": "model: the model does not exist",
    "no_match": "No rule matched.",
    "method_not_allowed": "Method Not Allowed",
    "timeout": "Request timed out.",
    "conflict": "The resource is in use by another request.",
    "too_large": "Request exceeds the maximum size",
    "unprocessable": "The request could not be processed.",
    "context_length": "prompt is too long: 200001 tokens > 200000 maximum",
    "content_filter": "Output blocked by content filtering policy",
    "insufficient_quota": _CREDIT,
    "rate_limit": "This request would exceed your account's rate limit. Please try again later.",
    "overloaded": "Overloaded",
    "unavailable": "Service unavailable",
    "server_error": "Internal server error",
    "bad_gateway": "Bad gateway",
    "gateway_timeout": "Gateway timeout",
    "unknown_fault": "Unknown fail type.",
}
# Kinds whose class is told by what happened rather than by the status.
_KINDS: dict[FailureKind, str] = {"overloaded": "overloaded_error", "rate_limit": "rate_limit_error"}


def words(failure: Failure) -> tuple[str, str]:
    """Return (type, message) of a failure, its own words first."""
    failure = meant(failure)
    kind = failure.type or _KINDS.get(failure.kind) or _TYPES.get(_status(failure)) or _other(failure.status)
    if failure.message:
        return kind, failure.message
    if failure.kind == "simulated":
        return kind, f"Simulated {failure.status} error"
    if failure.overrun is not None:
        return kind, overrun_message(failure.overrun)
    if failure.counts is not None:
        limit, tokens = failure.counts
        return kind, f"prompt is too long: {tokens} tokens > {limit} maximum"
    return kind, _WORDS[failure.kind]


def _status(failure: Failure) -> int:
    """The status answered: an account that has run out of credit is told so with 400, the real API knows no 429 for it."""
    return 400 if failure.kind == "insufficient_quota" and failure.status == 429 else failure.status


def _other(status: int) -> str:
    return "api_error" if status >= 500 else "invalid_request_error"


def error_body(failure: Failure) -> ErrorBody:
    """Build the error document; the engine fills the request's identifier in."""
    document = {**_document(failure), "request_id": "{request_id}"}
    headers = with_wait(failure.headers, failure)
    if failure.kind == "rate_limit" and failure.overrun is None:
        headers = (*headers, *used_up(failure))
    return ErrorBody(_status(failure), msgspec.json.encode(document), headers, id_field="request-id")


def error_event(failure: Failure) -> bytes:
    """Build the event that ends a stream in failure (wire.md 11.4)."""
    document = _document(failure)
    document["error"] = {"details": None, **document["error"]}
    return b"event: error\ndata: %b\n\n" % msgspec.json.encode(document)


def _document(failure: Failure) -> dict[str, Any]:
    kind, message = words(failure)
    error: dict[str, Any] = {"type": kind, "message": message}
    if failure.code is not None:
        error["details"] = {"error_code": failure.code}
    return {"type": "error", "error": error}
