"""Mistral (wire.md 14.2): the model before the choices, padding in streams, thoughts as parts of the content.

A stream says all tool calls of a turn in one chunk, each whole: its client knows no piece of a call, for the name is required.
Errors are recorded traffic (maruel/genai, 2025) and what users report; since 2026 they repeat the status. That of a path is the
gateway's (issues of pi, nextcloud). From memory is the document of a method that is not allowed. What was cached is told twice:
`num_cached_tokens` is recorded (September 2025), `prompt_tokens_details` its documentation (2026) and reported.
"""

from __future__ import annotations

from typing import Any

from understudy.dialects import Moment
from understudy.dialects._kin import Answered, Kin, KinDialect, standard
from understudy.dialects._kin.decode import Rules
from understudy.dialects._kin.errors import Words, spoken, words
from understudy.dialects._turn import Costs, letters, uuid
from understudy.dialects._window import counting
from understudy.dialects.mistral import check
from understudy.model.allowance import Overrun
from understudy.model.reply import Failure, FailureKind

_BUSY: Words = ("service_tier_capacity_exceeded", "3505", "Service tier capacity exceeded for this model.")
_TOO_LONG = "Prompt contains {prompt} tokens and 0 draft tokens, too large for model with {window} maximum context length"
_OWN: dict[FailureKind, Words] = {
    "rate_limit": ("rate_limited", "1300", "Rate limit exceeded"),
    "model_not_found": ("invalid_model", "1500", "Invalid model: {subject}"),
    "context_length": ("invalid_request_invalid_args", "3051", _TOO_LONG),
    "forbidden": ("tier_not_allowed", "1910", "This model is not available in your subscription tier"),
    "overloaded": _BUSY,
    "unavailable": _BUSY,
    "server_error": ("internal_server_error", "1000", "Service unavailable."),
}
_ORDER = ("id", "created", "model", "usage", "object", "choices")
_PADDING = "abcdefghijklmnopqrstuvwxyz0123456789"


def _identify(moment: Moment) -> str:
    return uuid(moment, "answer").replace("-", "")


def _identify_call(moment: Moment, position: int) -> str:
    return letters(moment, position, 9)


def _usage(costs: Costs) -> dict[str, Any]:
    total = costs.prompt + costs.completion
    found = {"prompt_tokens": costs.prompt, "total_tokens": total, "completion_tokens": costs.completion}
    if not costs.cached:
        return found
    return found | {"num_cached_tokens": costs.cached, "prompt_tokens_details": {"cached_tokens": costs.cached}}


def _thought(text: str) -> dict[str, Any]:
    return {"type": "thinking", "thinking": [{"type": "text", "text": text}]}


def _choice(choice: dict[str, Any]) -> dict[str, Any]:
    message = choice["message"]
    text = message["content"] or ""
    content: Any = text
    if "thought" in message:
        content = [_thought(message["thought"]), *([{"type": "text", "text": text}] if text else [])]
    said = {"role": "assistant", "tool_calls": message.get("tool_calls"), "content": content}
    return {"index": choice["index"], "finish_reason": choice["finish_reason"], "message": said}


def _whole(document: dict[str, Any], _answered: Answered) -> dict[str, Any]:
    document["choices"] = [_choice(choice) for choice in document["choices"]]
    return {name: document[name] for name in _ORDER}


def _chunk(document: dict[str, Any], _answered: Answered) -> dict[str, Any]:
    for choice in document["choices"]:
        choice.pop("logprobs", None)
        delta = choice.get("delta")
        if delta is not None and "thought" in delta:
            delta["content"] = [_thought(delta.pop("thought"))]
        if delta == {}:
            delta["content"] = ""
    return document


def _pad(moment: Moment, number: int) -> str:
    return _PADDING[: moment.random.integer(f"padding-{number}", 1, len(_PADDING))]


def _error(failure: Failure) -> dict[str, Any]:
    """Write an error: what stands before the API, a gateway and a guard, has documents of its own."""
    if failure.message is None:
        if failure.kind in ("unauthorized", "missing_key"):
            return {"detail": "Unauthorized"}
        if failure.kind == "method_not_allowed":
            return {"detail": "Method Not Allowed"}
        if failure.kind == "not_found":
            return {"message": "no Route matched with those values", "request_id": "{request_id}"}
    usual = ("internal_server_error", "1000") if failure.status >= 500 else ("invalid_request_error", None)
    kind, code, message = words(failure, _OWN, usual=usual, over=_over)
    told: Any = {"detail": failure.detail} if isinstance(failure, check.Unfit) else message
    told = {"object": "error", "message": told, "type": kind, "param": failure.param, "code": code}
    return {**told, "raw_status_code": failure.status}


def _error_event(failure: Failure) -> dict[str, Any]:
    return {name: value for name, value in _error(failure).items() if name != "request_id"}


def _over(_overrun: Overrun) -> str:
    return "Rate limit exceeded"


def _listed(model: str, created: int, window: int | None) -> dict[str, Any]:
    able = {"completion_chat": "embed" not in model, "function_calling": True, "reasoning": model.startswith("magistral")}
    return {
        "id": model,
        "object": "model",
        "created": created,
        "owned_by": "mistralai",
        "capabilities": {**able, "completion_fim": model.startswith("codestral"), "fine_tuning": False, "vision": False},
        "name": model,
        "description": "",
        "max_context_length": window or 131072,
        "aliases": [],
        "deprecation": None,
        "type": "base",
    }


KIN = Kin(
    "mistral",
    ("mistral-large-latest", "mistral-small-latest", "magistral-medium-latest", "codestral-latest", "mistral-embed"),
    ("/v1",),
    identify=_identify,
    identify_call=_identify_call,
    thought=("thought",),
    usage=_usage,
    counts="finish",
    finishes={"content_filter": "error"},
    numbers_calls=True,
    streams_calls="together",
    whole=_whole,
    chunk=_chunk,
    pad=_pad,
    failure=spoken(_error, id_field="mistral-correlation-id", statuses={("model_not_found", 404): 400}),
    failure_event=_error_event,
    fit=counting(_TOO_LONG),
    rules=Rules({"chat": check.chat, "embedding": check.embedding}, check.unread),
    list_model=_listed,
    fields=(
        "mistral-correlation-id: {request_id}\r\n"
        "x-kong-request-id: {request_id}\r\n"
        "x-kong-upstream-latency: {processing_ms}\r\n"
    ),
)
DIALECT = KinDialect(KIN, standard(KIN, "embeddings"))
