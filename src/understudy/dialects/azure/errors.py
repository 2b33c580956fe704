"""Errors as Azure says them (wire.md 10): the service's own are a code and a message, what the model's API refuses is OpenAI's.

Documents of the content filter tell the category; that of a deployment which is not there is printed over several lines.
"""

from __future__ import annotations

from math import ceil
from typing import Any

import msgspec

from understudy.dialects import ErrorBody
from understudy.dialects._errors import with_wait
from understudy.dialects._openai.errors import error_body as openai_body
from understudy.dialects.azure.filters import CATEGORIES, of_prompt
from understudy.model.reply import Failure, FailureKind

_ACCESS = (
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active "
    "subscription and use a correct regional API endpoint for your resource."
)
_DEPLOYMENT = (
    "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait "
    "a moment and try again."
)
_FILTERED = (
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your "
    "prompt and retry. To learn more about our content filtering policies please read our documentation: "
    "https://go.microsoft.com/fwlink/?linkid=2198766"
)
_LIMIT = (
    "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded {} rate limit of "
    "your current OpenAI S0 pricing tier.{} Please go here: https://aka.ms/oai/quotaincrease if you would like to further "
    "increase the default rate limit."
)
_BUSY = (
    "The system is currently experiencing high demand and cannot process your request. Your request exceeds the maximum usage "
    "size allowed during peak load. For improved capacity reliability, consider switching to Provisioned Throughput."
)
# What the service says before any model is asked: code and message.
_SERVICE: dict[FailureKind, tuple[str, str]] = {
    "unauthorized": ("401", _ACCESS),
    "missing_key": ("401", _ACCESS),
    "not_found": ("404", "Resource not found"),
    "method_not_allowed": ("405", "Method Not Allowed"),
    "timeout": ("Timeout", "The operation was timeout."),
    "rate_limit": ("429", _LIMIT),
    "overloaded": ("NoCapacity", _BUSY),
    "unavailable": ("ServiceUnavailable", "The service is temporarily unable to process your request. Please try again later."),
}
UNSUPPORTED = Failure(400, "invalid_request", "API version not supported", code="BadRequest")
"""A version that the path of the new generation does not know."""


def error_body(failure: Failure) -> ErrorBody:
    """Say an error; one of status 400 whose code is a category of the filter is a prompt that was blocked for it."""
    if failure.kind == "content_filter" or (failure.status == 400 and failure.code in CATEGORIES):
        return _answer(failure, {"error": _policy(failure)})
    if failure.kind == "model_not_found":
        error = {
            "type": failure.type or "invalid_request_error",
            "code": failure.code or "DeploymentNotFound",
            "message": failure.message or _DEPLOYMENT,
        }
        return _answer(failure, {"error": error}, pretty=True)
    if failure == UNSUPPORTED:
        return _answer(failure, {"error": {"code": failure.code, "message": failure.message}})
    # what is not there is the service's to say of a path and the model's API's of what it keeps, which it names
    if failure.kind not in _SERVICE or (failure.kind == "not_found" and failure.message is not None):
        return openai_body(failure, {})
    code, message = _SERVICE[failure.kind]
    if failure.kind == "rate_limit":
        message = _limit(failure)
    error = {"code": failure.code or code, "message": failure.message or message}
    return _answer(failure, {"error": error if failure.type is None else {**error, "type": failure.type}})


def _limit(failure: Failure) -> str:
    over = failure.overrun
    what = "token" if over is not None and "tokens" in over.resource else "call"
    wait = f" Please retry after {max(1, ceil(failure.retry_after))} seconds." if failure.retry_after is not None else ""
    return _LIMIT.format(what, wait)


def _policy(failure: Failure) -> dict[str, Any]:
    """The document of a blocked prompt."""
    category = failure.code if failure.code in CATEGORIES else None
    results = of_prompt(category, blocked=True)
    return {
        "message": failure.message or _FILTERED,
        "type": failure.type,
        "param": failure.param or "prompt",
        "code": "content_filter" if category else failure.code or "content_filter",
        "status": failure.status,
        "innererror": {"code": "ResponsibleAIPolicyViolation", "content_filter_result": results},
    }


def _answer(failure: Failure, document: dict[str, Any], *, pretty: bool = False) -> ErrorBody:
    data = msgspec.json.encode(document)
    headers = with_wait(failure.headers, failure)
    if failure.retry_after is not None:
        headers = (*headers, ("retry-after-ms", str(round(failure.retry_after * 1000))))
        if failure.kind == "rate_limit" and failure.overrun is None:
            wait = str(max(1, ceil(failure.retry_after)))
            headers = (*headers, ("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", wait))
    return ErrorBody(failure.status, msgspec.json.format(data, indent=2) if pretty else data, headers)
