"""Errors as google.rpc statuses: `{"error":{"code","message","status",["details"]}}`, pretty printed (wire.md 12).

In: a failure in no provider's words. Out: the document of an answer, or an event of a stream. Of a prompt that the safety
system refuses, the API speaks in a good answer that has no candidates.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec.structs import replace

from understudy.dialects import ErrorBody
from understudy.dialects._errors import with_wait
from understudy.dialects.gemini.events import is_sse, written
from understudy.model.http import RequestHead
from understudy.model.reply import Failure, FailureKind

_TYPE = "type.googleapis.com/google.rpc."
_SERVICE = "generativelanguage.googleapis.com"
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
_BAD_KEY = "API key not valid. Please pass a valid API key."
_NO_KEY = (
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API "
    "consumer identity to call this API."
)
_NO_LOGIN = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication "
    "credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
)
_LIMITS_PAGE = "https://ai.google.dev/gemini-api/docs/rate-limits"
_QUOTA = (
    "You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: "
    f"{_LIMITS_PAGE}. To monitor your current usage, head to: https://ai.dev/rate-limit. "
)
_EXHAUSTED = "Resource has been exhausted (e.g. check quota)."
_INTERNAL = (
    "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting"
)
_TOO_LONG = "The input token count ({1}) exceeds the maximum number of tokens allowed ({0})."
_DEADLINE = "Deadline expired before operation could complete."
# What is said when the failure brings no words of its own.
_WORDS: dict[FailureKind, str] = {
    "invalid_request": "Request contains an invalid argument.",
    "malformed_json": "Invalid JSON payload received. Unexpected token.",
    "unauthorized": _NO_LOGIN,
    "missing_key": _NO_KEY,
    "forbidden": "The caller does not have permission",
    "not_found": "Method not found.",
    "model_not_found": "Requested entity was not found.",
    "no_match": "No rule matched.",
    "method_not_allowed": "Method not found.",
    "timeout": _DEADLINE,
    "conflict": "The operation was aborted.",
    "too_large": "Request payload size exceeds the limit.",
    "unprocessable": "Request contains an invalid argument.",
    "context_length": _TOO_LONG.format(1_048_576, 1_048_577),
    "content_filter": "The prompt was blocked.",
    "insufficient_quota": _QUOTA.strip(),
    "rate_limit": _EXHAUSTED,
    "overloaded": "The model is overloaded. Please try again later.",
    "unavailable": "The service is currently unavailable.",
    "server_error": _INTERNAL,
    "bad_gateway": "Bad gateway",
    "gateway_timeout": _DEADLINE,
    "unknown_fault": "Unknown fail type.",
}
# What an error of a bare status says, when nothing but the status was asked for.
_SIMULATED: dict[int, str] = {
    429: _EXHAUSTED,
    500: _INTERNAL,
    503: _WORDS["overloaded"],
    504: _DEADLINE,
    529: _WORDS["overloaded"],
}
# Failures that this API answers with another status than its peers do, unless a status was asked for.
_OTHERWISE: dict[tuple[FailureKind, int], int] = {("missing_key", 401): 403, ("method_not_allowed", 405): 404}
# What a complaint about the JSON of a request says of its place.
_PLACE = re.compile(r"Invalid (?:JSON payload received\. Unknown name \".*?\"|value)(?: at '(?P<field>[^']*)')?")
_BLOCKED = {"promptFeedback": {"blockReason": "SAFETY"}}


def error_body(failure: Failure) -> ErrorBody:
    """Build the error document."""
    if _is_block(failure):
        return ErrorBody(200, _pretty(_BLOCKED), failure.headers, "application/json; charset=UTF-8")
    status = _status(failure)
    headers = failure.headers
    if status != failure.status:
        headers = tuple(field for field in headers if field[0].lower() != "www-authenticate")
    return ErrorBody(status, _pretty(_document(failure)), with_wait(headers, failure), "application/json; charset=UTF-8")


def error_event(failure: Failure) -> bytes:
    """Build the event that ends a stream in failure."""
    return b"data: %b\r\n\r\n" % written(_BLOCKED if _is_block(failure) else _document(failure))


def in_stream(error: ErrorBody, head: RequestHead) -> ErrorBody:
    """Put an error that comes before a stream into the array that the stream would have been; a blocked prompt is an event."""
    if is_sse(head.query):
        event = b"data: %b\r\n\r\n" % written(_BLOCKED)
        return replace(error, data=event, content_type="text/event-stream") if error.status == 200 else error
    return replace(error, data=b"[%b]" % error.data)


def _pretty(document: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _is_block(failure: Failure) -> bool:
    """Say whether the safety system refuses a prompt; with words or a status of its own it is an error as any other."""
    return failure.kind == "content_filter" and failure.status == 400 and failure.message is None


def _is_own_key(failure: Failure) -> bool:
    """Say whether a key was looked at and is wrong: the API answers that with 400, other credentials with 401."""
    return failure.kind == "unauthorized" and failure.status == 401 and failure.subject is not None


def _status(failure: Failure) -> int:
    """The status answered: the API says some things with another one than its peers."""
    if _is_own_key(failure):
        return 400
    return _OTHERWISE.get((failure.kind, failure.status), failure.status)


def _document(failure: Failure) -> dict[str, Any]:
    code, message = _status(failure), _message(failure)
    status = failure.type or _STATUSES.get(code) or ("INTERNAL" if code >= 500 else "FAILED_PRECONDITION")
    error: dict[str, Any] = {"code": code, "message": message, "status": status}
    details = _details(failure, message)
    return {"error": {**error, "details": details} if details else error}


def _message(failure: Failure) -> str:
    if failure.message is not None:
        return failure.message
    if _is_own_key(failure):
        return _BAD_KEY
    if failure.kind == "simulated":
        return _SIMULATED.get(failure.status, f"Simulated {failure.status} error")
    if failure.counts is not None:
        return _TOO_LONG.format(*failure.counts)
    if _is_told_when(failure):
        return _QUOTA + _exceeded(failure) + _please_retry(failure)
    return _WORDS[failure.kind]


def _is_told_when(failure: Failure) -> bool:
    return failure.kind == "rate_limit" and (failure.overrun is not None or failure.retry_after is not None)


def _wait(failure: Failure) -> float | None:
    """Seconds after which a retry makes sense."""
    if failure.retry_after is not None:
        return failure.retry_after
    return failure.overrun.wait if failure.overrun is not None else None


def _exceeded(failure: Failure) -> str:
    if failure.overrun is None:
        return ""
    model = f", model: {failure.overrun.model}" if failure.overrun.model else ""
    return f"\n* Quota exceeded for metric: {_metric(failure)}, limit: {failure.overrun.limit}{model}"


def _please_retry(failure: Failure) -> str:
    wait = _wait(failure)
    return "" if wait is None else f"\nPlease retry in {wait:.9f}s."


def _metric(failure: Failure) -> str:
    is_tokens = failure.overrun is not None and "tokens" in failure.overrun.resource
    return f"{_SERVICE}/generate_content_{'paid_tier_input_token_count' if is_tokens else 'paid_tier_requests'}"


def _details(failure: Failure, message: str) -> list[dict[str, Any]]:
    """What a program may read of an error."""
    if _is_own_key(failure):
        return [
            {
                "@type": f"{_TYPE}ErrorInfo",
                "reason": "API_KEY_INVALID",
                "domain": "googleapis.com",
                "metadata": {"service": _SERVICE},
            },
            {"@type": f"{_TYPE}LocalizedMessage", "locale": "en-US", "message": message},
        ]
    if _is_told_when(failure):
        return _quota_details(failure)
    found: list[dict[str, Any]] = []
    if failure.code is not None:
        found.append({"@type": f"{_TYPE}ErrorInfo", "reason": failure.code, "domain": "googleapis.com"})
    violations = _violations(failure, message)
    if violations:
        found.append({"@type": f"{_TYPE}BadRequest", "fieldViolations": violations})
    if failure.retry_after is not None:
        found.append(_retry_info(failure.retry_after))
    return found


def _quota_details(failure: Failure) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    overrun = failure.overrun
    if overrun is not None:
        period = {"minute": "PerMinute", "day": "PerDay", None: "Concurrent"}[overrun.period]
        unit = "Tokens" if "tokens" in overrun.resource else "Requests"
        violation: dict[str, Any] = {
            "quotaMetric": _metric(failure),
            "quotaId": f"GenerateContent{unit}{period}PerProjectPerModel",
            "quotaDimensions": {"location": "global", "model": overrun.model},
            "quotaValue": str(overrun.limit),
        }
        found.append({"@type": f"{_TYPE}QuotaFailure", "violations": [violation]})
    links = [{"description": "Learn more about Gemini API quotas", "url": _LIMITS_PAGE}]
    found.append({"@type": f"{_TYPE}Help", "links": links})
    wait = _wait(failure)
    return found if wait is None else [*found, _retry_info(wait)]


def _retry_info(wait: float) -> dict[str, Any]:
    return {"@type": f"{_TYPE}RetryInfo", "retryDelay": f"{int(wait) if wait >= 1 else max(0.0, wait):g}s"}


def _violations(failure: Failure, message: str) -> list[dict[str, str]]:
    """The fields that are to blame: those a complaint names, or the one that the failure brings."""
    if failure.param is not None:
        return [{"field": failure.param, "description": message}]
    if failure.kind != "invalid_request":
        return []
    places = [(line, _PLACE.match(line)) for line in message.split("\n")]
    found = [(line, place["field"]) for line, place in places if place is not None]
    return [{"field": field, "description": line} if field else {"description": line} for line, field in found]
