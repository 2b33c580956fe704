"""xAI: OpenAI's documents with thoughts beside the content and more details in the usage; errors are two texts.

Documents, streams and costs are those of recorded traffic (fixtures of the AI SDK, of grok-3-mini and grok-4.3, 2026); the
codes of errors are gRPC's descriptions, as reported by users of the API.
"""

from __future__ import annotations

from typing import Any

from understudy.dialects import ErrorBody, Moment
from understudy.dialects._kin import Answered, Kin, KinDialect, standard
from understudy.dialects._kin.errors import Words, spoken, words
from understudy.dialects._turn import Costs, uuid
from understudy.model.reply import Failure, FailureKind

_FINGERPRINT = "fp_2a885414fb"
_READ, _KEPT, _SAID = 3000, 750, 5000  # ticks (10^-10 USD) for a token read, one of the cache, one made: of grok-3-mini
_INVALID = "Client specified an invalid argument"
_CODES = {
    400: _INVALID,
    401: "The request does not have valid authentication credentials for the operation",
    403: "The caller does not have permission to execute the specified operation",
    404: "Some requested entity was not found",
    408: "Deadline expired before operation could complete",
    422: _INVALID,
    429: "Some resource has been exhausted",
    500: "Internal error",
    503: "The service is currently unavailable",
    504: "Deadline expired before operation could complete",
}
_BUSY = "The model is currently at capacity due to high demand."
_OWN: dict[FailureKind, Words] = {
    "unauthorized": ("", None, "Incorrect API key provided: {subject}. You can obtain an API key from https://console.x.ai."),
    "model_not_found": ("", None, "The model {subject} does not exist or your team does not have access to it."),
    "overloaded": ("", None, _BUSY),
    "unavailable": ("", None, _BUSY),
}


def _identify(moment: Moment) -> str:
    return uuid(moment, "answer")


def _identify_call(moment: Moment, position: int) -> str:
    return f"call_{moment.random.integer(f'call-{position}', 10_000_000, 99_999_999)}"


def _usage(costs: Costs) -> dict[str, Any]:
    """Count; thoughts are part of the total and not of the completion."""
    read = {"text_tokens": costs.prompt, "audio_tokens": 0, "image_tokens": 0, "cached_tokens": costs.cached}
    said = {"reasoning_tokens": costs.thought, "audio_tokens": 0}
    return {
        "prompt_tokens": costs.prompt,
        "completion_tokens": costs.completion - costs.thought,
        "total_tokens": costs.prompt + costs.completion,
        "prompt_tokens_details": read,
        "completion_tokens_details": {**said, "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0},
        "num_sources_used": 0,
        "cost_in_usd_ticks": (costs.prompt - costs.cached) * _READ + costs.cached * _KEPT + costs.completion * _SAID,
    }


def _calls(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: call[name] for name in ("id", "function", "index", "type") if name in call} for call in calls]


def _whole(document: dict[str, Any], _answered: Answered) -> dict[str, Any]:
    for choice in document["choices"]:
        if choice["logprobs"] is None:
            del choice["logprobs"]
        message = choice["message"]
        message["content"] = message["content"] or ""
        if "tool_calls" in message:
            message["tool_calls"] = _calls(message["tool_calls"])
        message["refusal"] = None
    return {**document, "system_fingerprint": _FINGERPRINT}


def _chunk(document: dict[str, Any], _answered: Answered) -> dict[str, Any]:
    for choice in document["choices"]:
        delta = choice["delta"]
        if "tool_calls" in delta:
            delta["tool_calls"] = _calls(delta["tool_calls"])
        for name in ("logprobs", "finish_reason"):
            if choice[name] is None:
                del choice[name]
    if document.get("usage", ...) is None:
        del document["usage"]
    return {**document, "system_fingerprint": _FINGERPRINT}


def _error(failure: Failure) -> dict[str, Any]:
    _, _, message = words(failure, _OWN)
    told = _INVALID if _is_argument(failure) else _CODES.get(failure.status, "Unknown error")
    return {"code": failure.code or told, "error": message}


def _is_argument(failure: Failure) -> bool:
    """Say whether it is a wrong key, which is an invalid argument to xAI."""
    return failure.kind == "unauthorized" and failure.status == 401


def _failure(failure: Failure) -> ErrorBody:
    said = _SAY(failure)
    return ErrorBody(400, said.data, said.headers) if _is_argument(failure) else said


_SAY = spoken(_error)
KIN = Kin(
    "xai",
    ("grok-4", "grok-4-fast-reasoning", "grok-3-mini", "grok-code-fast-1"),
    ("/v1",),
    identify=_identify,
    identify_call=_identify_call,
    usage=_usage,
    opens=False,
    streams_calls="whole",
    whole=_whole,
    chunk=_chunk,
    failure=_failure,
)
DIALECT = KinDialect(KIN, standard(KIN, "embeddings"))
