"""Cerebras: OpenAI's documents in an order of their own, with `time_info`; errors are one flat object.

Documents, streams, and the errors of keys and models are those of recorded traffic (the cassettes of maruel/genai, November
2025 to July 2026, and the fixtures of the AI SDK, May 2026). A missing key, limits, queues, lengths and the form of status 500
are those that programs hold for it (2025 and 2026; vercel/ai#11783, cline/cline#5140). That form stands in streams, too, where
clients look for `error`: nothing is known of it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.dialects import Moment
from understudy.dialects._kin import Answered, Kin, KinDialect, standard
from understudy.dialects._kin.errors import Words, spoken, words
from understudy.dialects._turn import Costs
from understudy.dialects._window import counting
from understudy.model.allowance import Overrun
from understudy.model.reply import Failure, FailureKind

_FINGERPRINT = "fp_b2c59c382b338de84cfc"
_QUEUED, _READ, _SAID = 0.0003, 0.000035, 0.0005  # seconds: before, for a token read, for one said; no measurement
_TOO_LONG = "Please reduce the length of the messages or completion. Current length is {total} while limit is {window}"
_LIMITED = "{} per minute limit exceeded - too many {}."
_BUSY = "We're experiencing high traffic right now! Please try again soon."
_OWN: dict[FailureKind, Words] = {
    "unauthorized": ("invalid_request_error", "wrong_api_key", "Wrong API Key"),
    "model_not_found": (
        "not_found_error",
        "model_not_found",
        "Model {subject} does not exist or you do not have access to it.",
    ),
    "context_length": ("invalid_request_error", "context_length_exceeded", _TOO_LONG),
    "rate_limit": ("too_many_requests_error", "request_quota_exceeded", _LIMITED.format("Requests", "requests sent")),
    "overloaded": ("too_many_requests_error", "queue_exceeded", _BUSY),
    "unavailable": ("too_many_requests_error", "queue_exceeded", _BUSY),
    "server_error": ("server_error", None, "Encountered a server error, please try again."),
}
_PARAMS: dict[FailureKind, str] = {
    "unauthorized": "api_key",
    "model_not_found": "model",
    "context_length": "messages",
    "rate_limit": "quota",
    "overloaded": "queue",
    "unavailable": "queue",
}
_STATUSES: dict[tuple[FailureKind, int], int] = {("missing_key", 401): 403, ("overloaded", 503): 429, ("unavailable", 503): 429}


def _identify_call(moment: Moment, position: int) -> str:
    return f"{moment.random.integer(f'call-{position}', 0, 16**9 - 1):09x}"


def _usage(costs: Costs) -> dict[str, Any]:
    return {
        "image_tokens": 0,
        "total_tokens": costs.prompt + costs.completion,
        "completion_tokens": costs.completion,
        "completion_tokens_details": {"reasoning_tokens": costs.thought},
        "prompt_tokens": costs.prompt,
        "prompt_tokens_details": {"cached_tokens": costs.cached},
    }


def _call(call: dict[str, Any]) -> dict[str, Any]:
    return {name: call[name] for name in ("function", "type", "id", "index") if name in call}


def _ordered(said: dict[str, Any]) -> dict[str, Any]:
    """A message or a delta as it is sent: what is null left out, the role at the end."""
    if "tool_calls" in said:
        said["tool_calls"] = [_call(call) for call in said["tool_calls"]]
    names = ("content", "reasoning", "tool_calls", "role")
    return {name: said[name] for name in names if said.get(name) is not None}


def _choice(choice: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: _ordered(choice[name]) for name in ("delta", "message") if name in choice}
    found |= {name: choice[name] for name in ("text", "finish_reason", "index", "logprobs") if choice.get(name) is not None}
    return dict(sorted(found.items()))


def _as_float(created: int | msgspec.Raw) -> msgspec.Raw:
    """Write a time, or the hole for one, with a fraction."""
    return msgspec.Raw(msgspec.json.encode(created) + b".0")


def _document(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    if answered.place == "first" and "delta" in document["choices"][0]:
        document["choices"][0]["delta"].pop("content", None)
    found = {"id": document["id"], "choices": [_choice(choice) for choice in document["choices"]]}
    found |= {name: document[name] for name in ("created", "model")}
    found |= {"system_fingerprint": _FINGERPRINT, "object": document["object"]}
    if document.get("usage") is None:
        return found
    costs = answered.costs
    read, said = round(costs.prompt * _READ, 9), round(costs.completion * _SAID, 9)
    times = {"queue_time": _QUEUED, "prompt_time": read, "completion_time": said, "total_time": round(_QUEUED + read + said, 9)}
    return {**found, "usage": document["usage"], "time_info": {"created": _as_float(document["created"]), **times}}


def _over(overrun: Overrun) -> str:
    found = ("Requests", "requests sent") if overrun.resource in ("requests", "concurrent") else ("Tokens", "tokens processed")
    return _LIMITED.format(*found).replace("minute", overrun.period or "minute")


def _error(failure: Failure) -> dict[str, Any]:
    if failure.kind == "missing_key" and failure.message is None:
        return {"detail": "Not authenticated"}
    usual = "server_error" if failure.status >= 500 else "invalid_request_error"
    kind, code, message = words(failure, _OWN, usual=(usual, None), over=_over)
    if message.startswith("Tokens per"):
        kind, code = "too_many_tokens_error", "token_quota_exceeded"
    error = {"message": message, "type": kind, "param": failure.param or _PARAMS.get(failure.kind, ""), "code": code}
    return _wrapped(failure, error) if kind == "server_error" else error


def _wrapped(failure: Failure, error: dict[str, Any]) -> dict[str, Any]:
    return {"status_code": failure.status, "error": {**error, "code": error["code"] or "", "id": ""}}


def _error_event(failure: Failure) -> dict[str, Any]:
    error = _error(failure)
    return error if "error" in error else _wrapped(failure, error)


KIN = Kin(
    "cerebras",
    ("gpt-oss-120b", "zai-glm-4.7", "gemma-4-31b", "qwen-3-32b"),
    ("/v1",),
    identify_call=_identify_call,
    thought=("reasoning",),
    usage=_usage,
    counts="finish",
    streams_calls="whole",
    whole=_document,
    chunk=_document,
    failure=spoken(_error, statuses=_STATUSES),
    fit=counting(_TOO_LONG),
    failure_event=_error_event,
)
DIALECT = KinDialect(KIN, standard(KIN, "completions"))
