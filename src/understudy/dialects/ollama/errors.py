"""Errors in Ollama's words: `{"error": "text"}`, with a status, or as the last line of a stream (wire.md 13)."""

from __future__ import annotations

import msgspec

from understudy.dialects import ErrorBody
from understudy.dialects._errors import Vocabulary, meant, with_wait
from understudy.dialects._errors import words as words_of
from understudy.model.reply import Failure, FailureKind

_BUSY = "server busy, please try again.  maximum pending requests exceeded"
_WORDS: dict[FailureKind, str] = {
    "invalid_request": "invalid request",
    "malformed_json": "invalid character in request body",
    "unauthorized": "unauthorized",
    "missing_key": "unauthorized",
    "forbidden": "forbidden",
    "not_found": "404 page not found",
    "model_not_found": "model not found",
    "no_match": "no rule matched",
    "method_not_allowed": "405 method not allowed",
    "timeout": "request canceled",
    "conflict": "the resource is in use",
    "too_large": "request body too large",
    "unprocessable": "the request could not be processed",
    "context_length": "the input length exceeds the context length",
    "content_filter": "the request was rejected",
    "insufficient_quota": "you have reached your usage limit, please upgrade to continue",
    "rate_limit": "too many requests",
    "overloaded": _BUSY,
    "unavailable": _BUSY,
    "server_error": "internal server error",
    "bad_gateway": "bad gateway",
    "gateway_timeout": "gateway timeout",
    "unknown_fault": "unknown fail type",
}
_VOCABULARY = Vocabulary(_WORDS, unknown_model="model '{}' not found")


def words(failure: Failure) -> str:
    """Return the message of an error, its own words first."""
    return words_of(meant(failure), _VOCABULARY)


def error_body(failure: Failure) -> ErrorBody:
    """Build the error document."""
    data = msgspec.json.encode({"error": words(failure)})
    return ErrorBody(failure.status, data, with_wait(failure.headers, failure), "application/json; charset=utf-8")


def error_line(failure: Failure) -> bytes:
    """Build the line that ends a stream in failure."""
    return msgspec.json.encode({"error": words(failure)}) + b"\n"
