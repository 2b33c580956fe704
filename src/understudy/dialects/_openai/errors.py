"""Errors in the OpenAI API's words: `{"error": {"message", "type", "param", "code"}}`, in that key order (wire.md 2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from understudy.dialects import ErrorBody
from understudy.dialects._errors import with_wait
from understudy.dialects._openai.limits import go_duration, overrun_words
from understudy.model.reply import Failure, FailureKind

MALFORMED = (
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. "
    "The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble figuring out how to fix "
    "this, please contact us through our help center at help.openai.com.)"
)
_NO_KEY = (
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. "
    "Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API from your "
    "browser and are prompted for a username and password. You can obtain an API key from "
    "https://platform.openai.com/account/api-keys."
)
_SERVER = "The server had an error while processing your request. Sorry about that!"
_OVERLOADED = "Our servers are currently overloaded. Please try again later."
_QUOTA = (
    "You exceeded your current quota, please check your plan and billing details. For more information on this error, read "
    "the docs: https://platform.openai.com/docs/guides/error-codes/api-errors."
)
_SAFETY = "Your request was rejected as a result of our safety system."
_TOO_LONG = (
    "This model's maximum context length is {} tokens. However, your messages resulted in {} tokens. Please reduce the "
    "length of the messages."
)
# Of a prompt that is no conversation (wire.md 5), and of what the Responses API calls its input (wire.md 2.3).
_TOO_LONG_PROMPT = (
    "This model's maximum context length is {0} tokens, however you requested {1} tokens ({1} in your prompt; 0 for the "
    "completion). Please reduce your prompt; or completion length."
)
_TOO_LONG_INPUT = "Your input exceeds the context window of this model. Please adjust your input and try again."
_RATE = "Rate limit reached for requests. Please try again later."

# kind -> (type, code, message)
_WORDS: dict[FailureKind, tuple[str, str | None, str]] = {
    "invalid_request": ("invalid_request_error", None, "Invalid request."),
    "malformed_json": ("invalid_request_error", None, MALFORMED),
    "unauthorized": ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    "missing_key": ("invalid_request_error", None, _NO_KEY),
    "forbidden": ("request_forbidden", "unsupported_country_region_territory", "Country, region, or territory not supported"),
    "not_found": ("invalid_request_error", None, "Invalid URL."),
    "model_not_found": (
        "invalid_request_error",
        "model_not_found",
        "The model does not exist or you have no access to it.",
    ),
    "no_match": ("invalid_request_error", "no_rule_matched", "No rule matched."),
    "method_not_allowed": ("invalid_request_error", "method_not_supported", "Method not allowed."),
    "timeout": ("timeout_error", None, "Request timed out."),
    "conflict": ("invalid_request_error", None, "The resource is in use by another request."),
    "too_large": ("invalid_request_error", None, "The request is too large."),
    "unprocessable": ("invalid_request_error", None, "The request could not be processed."),
    "rate_limit": ("requests", "rate_limit_exceeded", _RATE),
    "insufficient_quota": ("insufficient_quota", "insufficient_quota", _QUOTA),
    "overloaded": ("server_error", "server_is_overloaded", _OVERLOADED),
    "unavailable": ("server_error", None, "The server is overloaded or not ready yet."),
    "context_length": ("invalid_request_error", "context_length_exceeded", _TOO_LONG.format(128000, 128001)),
    "content_filter": ("invalid_request_error", "content_policy_violation", _SAFETY),
    "server_error": ("server_error", None, _SERVER),
    "bad_gateway": ("server_error", None, "Bad gateway."),
    "gateway_timeout": ("server_error", None, "Gateway timeout."),
    "unknown_fault": ("invalid_request_error", None, "Unknown fail type."),
    "simulated": ("simulated_error", None, "Simulated error"),
}

# What is said of a failure's subject.
_ABOUT: dict[FailureKind, str] = {
    "not_found": "Invalid URL ({subject})",
    "method_not_allowed": "Not allowed to {method} on {path}. (HINT: Perhaps you meant to use a different HTTP method?)",
    "unauthorized": (
        "Incorrect API key provided: {subject}. You can find your API key at https://platform.openai.com/account/api-keys."
    ),
}
_PARAMS: dict[FailureKind, str] = {"context_length": "messages"}

# What the query control `fail` answers for the statuses that have words of their own.
_SIMULATED: dict[int, tuple[str, str | None, str]] = {
    429: ("rate_limit_error", "rate_limit_exceeded", "Rate limit exceeded"),
    500: ("server_error", "internal_error", "Internal server error"),
    504: ("timeout_error", None, "Gateway timeout"),
}


def words(failure: Failure) -> tuple[str, str | None, str]:
    """Return (type, code, message) of a failure, its own words first."""
    if failure.subject is not None and failure.kind in _ABOUT:
        kind, code, _ = _WORDS[failure.kind]
        method, _, path = failure.subject.partition(" ")
        message = _ABOUT[failure.kind].format(method=method, path=path, subject=failure.subject)
    elif failure.overrun is not None:
        kind, code, message = overrun_words(failure.overrun)
    elif failure.kind == "simulated":
        kind, code, message = _SIMULATED.get(failure.status, ("simulated_error", None, f"Simulated {failure.status} error"))
    else:
        kind, code, message = _WORDS[failure.kind]
        if failure.counts is not None and failure.param == "input":
            message = _TOO_LONG_INPUT
        elif failure.counts is not None and _is_of_prompt(failure):
            code, message = None, _TOO_LONG_PROMPT.format(*failure.counts)
        elif failure.counts is not None:
            message = _TOO_LONG.format(*failure.counts)
        elif failure.kind == "rate_limit" and failure.retry_after is not None:
            message = f"Rate limit reached for requests. Please try again in {go_duration(failure.retry_after)}."
    return failure.type or kind, failure.code or (None if failure.type else code), failure.message or message


def _is_of_prompt(failure: Failure) -> bool:
    """Say whether a failure is about a prompt that is no conversation."""
    return failure.kind == "context_length" and failure.subject not in (None, "chat")


def error_body(failure: Failure, shapes: Mapping[str, Any], *, limits: bool = False) -> ErrorBody:
    """Build the error document; `shapes` maps a status, a kind or `default` to a document with holes.

    With `limits` a refusal for too many requests says also which allowance is used up.
    """
    data = msgspec.json.encode(_document(failure, shapes))
    if _shape(failure, shapes) is None:
        data = msgspec.json.format(data, indent=2)
    headers = with_wait(failure.headers, failure)
    if failure.retry_after is not None:
        headers = (*headers, ("retry-after-ms", str(round(failure.retry_after * 1000))))
    if limits and failure.kind == "rate_limit" and failure.overrun is None:
        headers = (*headers, *_used_up(failure))
    return ErrorBody(failure.status, data, headers)


def error_event(failure: Failure, shapes: Mapping[str, Any]) -> bytes:
    """Build the event that ends a stream in failure: the document of the error as data."""
    return b"data: %b\n\n" % msgspec.json.encode(_document(failure, shapes))


def _used_up(failure: Failure) -> list[tuple[str, str]]:
    """The limits of a key that has no requests left (wire.md 2.2), but for those the failure itself names.

    All of its requests are there again when the failure says, else within the minute that they are for.
    """
    reset = go_duration(60.0 if failure.retry_after is None else failure.retry_after)
    named = {name.lower() for name, _ in failure.headers}
    found = {
        "x-ratelimit-limit-requests": "10000",
        "x-ratelimit-limit-tokens": "30000000",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-remaining-tokens": "30000000",
        "x-ratelimit-reset-requests": reset,
        "x-ratelimit-reset-tokens": "0s",
    }
    return [(name, value) for name, value in found.items() if name not in named]


def _shape(failure: Failure, shapes: Mapping[str, Any]) -> Any:
    return shapes.get(str(failure.status), shapes.get(failure.kind, shapes.get("default")))


def _document(failure: Failure, shapes: Mapping[str, Any]) -> Any:
    kind, code, message = words(failure)
    param = failure.param or (None if _is_of_prompt(failure) else _PARAMS.get(failure.kind))
    shape = _shape(failure, shapes)
    if shape is None:
        return {"error": {"message": message, "type": kind, "param": param, "code": code}}
    return _filled(shape, {"message": message, "type": kind, "code": code, "param": param, "status": failure.status})


def _filled(shape: Any, known: dict[str, Any]) -> Any:
    if isinstance(shape, dict):
        return {key: _filled(value, known) for key, value in shape.items()}
    if isinstance(shape, list):
        return [_filled(value, known) for value in shape]
    if isinstance(shape, str) and shape.startswith("$") and shape[1:] in known:
        return known[shape[1:]]
    return shape
