"""Groq (wire.md 14.7): times in the usage, which streams carry in `x_groq`; whole calls; no `param`."""

from __future__ import annotations

from typing import Any

from understudy.dialects import Moment
from understudy.dialects._kin import Answered, Kin, KinDialect, standard
from understudy.dialects._kin.errors import Words, spoken, words
from understudy.dialects._turn import Costs
from understudy.model.reply import Failure, FailureKind

_QUEUED, _READ, _SAID = 0.02, 0.00005, 0.002  # seconds: before, for a token read, for one said; no measurement
_OWN: dict[FailureKind, Words] = {
    "unauthorized": ("invalid_request_error", "invalid_api_key", "Invalid API Key"),
    "model_not_found": (
        "invalid_request_error",
        "model_not_found",
        "The model `{subject}` does not exist or you do not have access to it.",
    ),
}


def _usage(costs: Costs) -> dict[str, Any]:
    read, said = round(costs.prompt * _READ, 9), round(costs.completion * _SAID, 9)
    found: dict[str, Any] = {
        "queue_time": _QUEUED,
        "prompt_tokens": costs.prompt,
        "prompt_time": read,
        "completion_tokens": costs.completion,
        "completion_time": said,
        "total_tokens": costs.prompt + costs.completion,
        "total_time": round(read + said, 9),
    }
    return found | {"completion_tokens_details": {"reasoning_tokens": costs.thought}} if costs.thought else found


def _whole(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    own = {"system_fingerprint": "fp_3f3b593e33", "x_groq": {"id": answered.own}, "service_tier": "on_demand"}
    return {**document, **own}


def _request(moment: Moment) -> str:
    return f"req_01{moment.key.decode().lower()}"


def _chunk(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    usage = document.pop("usage", None)
    document["system_fingerprint"] = "fp_3f3b593e33"
    if answered.number == 0:
        document["x_groq"] = {"id": answered.own}
    elif usage:
        document["x_groq"] = {"id": answered.own, "usage": usage}
        if answered.call.extra.include_usage:
            document["usage"] = usage
    return document


def _error(failure: Failure) -> dict[str, Any]:
    kind, code, message = words(failure, _OWN)
    return {"error": {"message": message, "type": kind} | ({} if code is None else {"code": code})}


KIN = Kin(
    "groq",
    ("llama-3.3-70b-versatile", "llama-3.1-8b-instant", "openai/gpt-oss-120b", "openai/gpt-oss-20b"),
    ("/openai/v1",),
    thought=("reasoning",),
    usage=_usage,
    counts="finish",
    streams_calls="whole",
    whole=_whole,
    chunk=_chunk,
    own=_request,
    failure=spoken(_error),
)
DIALECT = KinDialect(KIN, standard(KIN))
