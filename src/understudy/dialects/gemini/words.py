"""What the API says when it refuses, where the failure brings no words of its own.

In: a failure in no provider's words. Out: a sentence. Sources, beside wire.md 12: a busy model, continuedev/continue 10639 and
others (2026; it said "The model is overloaded. Please try again later." before); quotas, google-gemini/gemini-cli 8437,
gke-labs/gemini-for-kubernetes-development 1215; on Vertex AI, gemini-cli 14811. Statuses that no report tells of are in words
of our own.
"""

from __future__ import annotations

from understudy.model.reply import Failure, FailureKind

SERVICE = "generativelanguage.googleapis.com"
LIMITS_PAGE = "https://ai.google.dev/gemini-api/docs/rate-limits"
_BAD_KEY = "API key not valid. Please pass a valid API key."
_NO_KEY = (
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API "
    "consumer identity to call this API."
)
_NO_LOGIN = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication "
    "credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
)
_QUOTA = (
    "You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: "
    f"{LIMITS_PAGE}. To monitor your current usage, head to: https://ai.dev/rate-limit. "
)
_EXHAUSTED = "Resource has been exhausted (e.g. check quota)."
_BUSY = "This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later."
_INTERNAL = (
    "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting"
)
_NO_MODEL = (
    "models/{} is not found for API version v1beta, or is not supported for generateContent. Call ModelService.ListModels to "
    "see the list of available models and their supported methods."
)
_TOO_LONG = "The input token count ({1}) exceeds the maximum number of tokens allowed ({0})."
_DEADLINE = "Deadline expired before operation could complete."
ON_VERTEX: dict[str, str] = {
    _EXHAUSTED: (
        "Resource exhausted. Please try again later. Please refer to "
        "https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details."
    )
}
"""Sentences that Vertex AI says otherwise."""

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
    "overloaded": _BUSY,
    "unavailable": "The service is currently unavailable.",
    "server_error": _INTERNAL,
    "bad_gateway": "Bad gateway",
    "gateway_timeout": _DEADLINE,
    "unknown_fault": "Unknown fail type.",
}


def message(failure: Failure) -> str:
    """Say what went wrong."""
    if failure.message is not None:
        return failure.message
    if is_own_key(failure):
        return _BAD_KEY
    if failure.kind == "simulated":
        return f"Simulated {failure.status} error"
    if failure.kind == "model_not_found" and failure.subject is not None:
        return _NO_MODEL.format(failure.subject)
    if failure.counts is not None:
        return _TOO_LONG.format(*failure.counts)
    if is_told_when(failure):
        return _QUOTA + _exceeded(failure) + _please_retry(failure)
    return _WORDS[failure.kind]


def is_own_key(failure: Failure) -> bool:
    """Say whether a key was looked at and is wrong: the API answers that with 400, other credentials with 401."""
    return failure.kind == "unauthorized" and failure.status == 401 and failure.subject is not None and not failure.exact


def is_told_when(failure: Failure) -> bool:
    """Say whether a limit is known: the API then tells which, and when to come back."""
    return failure.kind == "rate_limit" and (failure.overrun is not None or failure.retry_after is not None)


def wait_of(failure: Failure) -> float | None:
    """Seconds after which a retry makes sense."""
    if failure.retry_after is not None:
        return failure.retry_after
    return failure.overrun.wait if failure.overrun is not None else None


def metric(failure: Failure) -> str:
    """Name what is limited."""
    is_tokens = failure.overrun is not None and "tokens" in failure.overrun.resource
    return f"{SERVICE}/generate_content_free_tier_{'input_token_count' if is_tokens else 'requests'}"


def _exceeded(failure: Failure) -> str:
    if failure.overrun is None:
        return ""
    model = f", model: {failure.overrun.model}" if failure.overrun.model else ""
    return f"\n* Quota exceeded for metric: {metric(failure)}, limit: {failure.overrun.limit}{model}"


def _please_retry(failure: Failure) -> str:
    wait = wait_of(failure)
    return "" if wait is None else f"\nPlease retry in {wait:.9f}s."
