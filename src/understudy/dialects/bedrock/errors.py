"""Errors in the words of Bedrock: `{"message"}` and a header field that names the exception; in a stream a frame of its own.

Names, statuses and headers: wire.md 14.3 and the service model. Words are those that users report (2024 to 2026); of AWS's
documentation are those of a service that is not available and of a quota, from memory that of a model that is not ready.
Clients tell exceptions apart by their name, not by the status.
"""

from __future__ import annotations

import re

import msgspec

from understudy.dialects import ErrorBody
from understudy.dialects._errors import Vocabulary, meant, status_of, with_wait
from understudy.dialects._errors import words as words_of
from understudy.dialects.bedrock.coral import EXCEPTION
from understudy.model.allowance import Overrun
from understudy.model.reply import Failure, FailureKind
from understudy.wire.eventstream import encode

_NAMESPACE = "http://internal.amazon.com/coral/com.amazon.bedrock/"
_FRAMEWORK = "http://internal.amazon.com/coral/com.amazon.coral.service/"
_BY_STATUS = {
    400: "ValidationException",
    401: "UnrecognizedClientException",
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    408: "ModelTimeoutException",
    409: "ConflictException",
    413: "ValidationException",
    422: "ValidationException",
    424: "ModelErrorException",
    429: "ThrottlingException",
    500: "InternalServerException",
    503: "ServiceUnavailableException",
    504: "ModelTimeoutException",
}
_BY_KIND: dict[FailureKind, str] = {
    "unauthorized": "UnrecognizedClientException",
    "missing_key": "MissingAuthenticationTokenException",
    "not_found": "UnknownOperationException",
    "method_not_allowed": "UnknownOperationException",
    "model_not_found": "ValidationException",
    "insufficient_quota": "ServiceQuotaExceededException",
    "overloaded": "ServiceUnavailableException",
    "unavailable": "ModelNotReadyException",
}
# What the service model says of a failure that other providers give another status, and every AWS service of keys.
_STATUSES: dict[tuple[FailureKind, int], int] = {
    ("unauthorized", 401): 403,
    ("missing_key", 401): 403,
    ("model_not_found", 404): 400,
    ("insufficient_quota", 429): 400,
    ("unavailable", 503): 429,
    ("conflict", 409): 400,
}
# In a stream only these may come (the service model names them all).
_IN_STREAM = (
    "internalServerException",
    "modelStreamErrorException",
    "validationException",
    "throttlingException",
    "serviceUnavailableException",
)
_WAIT = "please wait before trying again."
_BUSY = "Bedrock is unable to process your request."
_SERVER = "The system encountered an unexpected error during processing. Try your request again."
_KEYS = ("ABS", "bed")  # what keys of Bedrock's own begin with: all others are AWS's
_WORDS: dict[FailureKind, str] = {
    "invalid_request": "The request is invalid.",
    "malformed_json": "Malformed input request, please reformat your input and try again.",
    "unauthorized": "The security token included in the request is invalid.",
    "missing_key": "Missing Authentication Token",
    "forbidden": "You don't have access to the model with the specified model ID.",
    "not_found": "The requested operation is not recognized by the service.",
    "model_not_found": "The provided model identifier is invalid.",
    "no_match": "No rule matched.",
    "method_not_allowed": "The requested operation is not recognized by the service.",
    "timeout": "Model has timed out in processing the request. Try your request again.",
    "conflict": "Error occurred because of a conflict while performing an operation.",
    "too_large": "The request is too large.",
    "unprocessable": "The request could not be processed.",
    "context_length": "Input is too long for requested model.",
    "content_filter": "This request has been blocked by our content filters.",
    "insufficient_quota": "Your request exceeds the service quota for your account.",
    "rate_limit": f"Too many requests, {_WAIT}",
    "overloaded": _BUSY,
    "unavailable": "The model specified in the request is not ready to serve inference requests.",
    "server_error": _SERVER,
    "bad_gateway": "Bad gateway.",
    "gateway_timeout": "Gateway timeout.",
    "unknown_fault": "Unknown fail type.",
}
_VOCABULARY = Vocabulary(_WORDS, "Simulated {} error")
_UNSAYABLE = re.compile(r"[^ -~]")


def words(failure: Failure) -> tuple[str, str]:
    """Return (exception, message) of a failure, its own words first."""
    name = failure.type or _BY_KIND.get(failure.kind) or _BY_STATUS.get(failure.status)
    if name is None:
        name = "InternalServerException" if failure.status >= 500 else "ValidationException"
    if failure.message is None and failure.overrun is not None:
        return name, _overrun(failure.overrun)
    if failure.kind == "unauthorized" and (failure.subject or "").startswith(_KEYS):
        return "AccessDeniedException", "Authentication failed: Please make sure your API Key is valid."
    return name, words_of(failure, _VOCABULARY)


def _overrun(overrun: Overrun) -> str:
    what = "tokens" if "tokens" in overrun.resource else "requests"
    return f"Too many {what}{' per day' if overrun.period == 'day' else ''}, {_WAIT}"


def error_body(failure: Failure) -> ErrorBody:
    """Build the error document; what the framework before the service refuses has its own form (see `coral`)."""
    status, failure = status_of(failure, _STATUSES), meant(failure)
    name, message = words(failure)
    namespace, member = (_FRAMEWORK, "Message") if name == EXCEPTION else (_NAMESPACE, "message")
    shown = _UNSAYABLE.sub("?", name)  # a script may say any text, a header field none of several lines or beyond Latin-1
    headers = (*failure.headers, ("x-amzn-errortype", f"{shown}:{namespace}"))
    return ErrorBody(status, msgspec.json.encode({member: message}), with_wait(headers, failure), id_field="x-amzn-requestid")


def error_frame(failure: Failure) -> bytes:
    """Build the frame that ends a stream in failure."""
    name, message = words(failure)
    member = name[:1].lower() + name[1:]
    if member not in _IN_STREAM:
        member = "modelStreamErrorException"
    headers = {":exception-type": member, ":content-type": "application/json", ":message-type": "exception"}
    return encode(headers, msgspec.json.encode({"message": message}))
