"""Errors in Cohere's words: `{"id", "message"}`, compact (wire.md 14.1).

Keys, models, limits, credit and what cannot be answered are recorded traffic (maruel/genai, 2025) and the errors page of its
documentation (November 2025); the rest is from memory.
"""

from __future__ import annotations

import msgspec

from understudy.dialects import ErrorBody
from understudy.dialects._errors import Vocabulary, meant, with_wait
from understudy.dialects._errors import words as words_of
from understudy.model.reply import Failure, FailureKind

_TRIAL = (
    "You are using a Trial key, which is limited to {} API calls / {}. You can continue to use the Trial key for free or "
    "upgrade to a Production key with higher rate limits at 'https://dashboard.cohere.com/api-keys'. Contact us on "
    "'https://discord.gg/XW44jPfYJu' or email us at support@cohere.com with any questions"
)
_CALLS = 20  # a minute, of a trial key's chats
_UNKNOWN = "not found, make sure the correct model ID was used and that you have access to the model."
_WORDS: dict[FailureKind, str] = {
    "invalid_request": "invalid request",
    "malformed_json": "invalid json syntax",
    "unauthorized": "invalid api token",
    "missing_key": "no api key supplied",
    "forbidden": "access to this resource is forbidden",
    "not_found": "404 page not found",
    "model_not_found": f"model {_UNKNOWN}",
    "no_match": "no rule matched",
    "method_not_allowed": "method not allowed",
    "timeout": "request timed out",
    "conflict": "the resource is in use by another request",
    "too_large": "the request is too large",
    "unprocessable": "No valid response generated. Try updating messages",
    "context_length": "too many tokens: the prompt does not fit the model's context",
    "content_filter": "invalid request: blocked input: please adjust your prompt and try again",
    "insufficient_quota": (
        "Please add or update your payment method at https://dashboard.cohere.com/billing?tab=payment to continue"
    ),
    "rate_limit": _TRIAL.format(_CALLS, "minute"),
    "overloaded": "the service is overloaded, please try again later",
    "unavailable": "the service is unavailable",
    "server_error": "internal server error",
    "bad_gateway": "bad gateway",
    "gateway_timeout": "gateway timeout",
    "unknown_fault": "unknown fail type",
}
_VOCABULARY = Vocabulary(
    _WORDS,
    unknown_model=f"model '{{}}' {_UNKNOWN}",
    too_long=(
        "too many tokens: total number of tokens in the prompt cannot exceed {} - received {}. Try using a shorter prompt, or "
        "enabling prompt truncating. See https://docs.cohere.com/reference/generate for more details."
    ),
)


def words(failure: Failure) -> str:
    """Return the message of an error, its own words first."""
    overrun = failure.overrun
    if failure.message is None and overrun is not None:
        if "tokens" in overrun.resource:
            return f"trial token rate limit exceeded, limit is {overrun.limit} tokens per {overrun.period or 'minute'}"
        return _TRIAL.format(overrun.limit, overrun.period or "minute")
    return words_of(meant(failure), _VOCABULARY)


def error_body(failure: Failure) -> ErrorBody:
    """Build the error document; the engine fills the request's identifier in."""
    data = msgspec.json.encode({"id": "{request_id}", "message": words(failure)})
    status = 402 if failure.kind == "insufficient_quota" and failure.status == 429 else failure.status
    return ErrorBody(status, data, with_wait(failure.headers, failure), id_field="x-debug-trace-id")


def error_event(failure: Failure) -> bytes:
    """Build what ends a stream in failure: its last event, with the reason."""
    delta = {"finish_reason": "ERROR", "error": words(failure)}
    return b"event: message-end\ndata: %b\n\n" % msgspec.json.encode({"type": "message-end", "delta": delta})
