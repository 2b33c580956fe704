"""xAI: OpenAI's documents with thoughts beside the content and more details in the usage; errors are two texts.

Documents, streams and costs are those of recorded traffic (fixtures of the AI SDK, of grok-3-mini and grok-4.3, 2026). Errors
are what users of the API report in 2026, since when codes are the names of gRPC's: keys, models, windows, penalties, credit,
limits, safety (issues of sub2api, cline, warp, NativeTavern); in 2025 they were its descriptions. A body that does not fit is
refused in plain text (an issue of cherry-studio). From memory are the words for a request without a key, that `stop` is
refused, and the codes of status 408 and 5xx.
"""

from __future__ import annotations

from typing import Any

from understudy.dialects import ErrorBody, Moment
from understudy.dialects import _asked as asked
from understudy.dialects._kin import Answered, Kin, KinDialect, serde, standard
from understudy.dialects._kin.decode import Rules, refuse
from understudy.dialects._kin.errors import Words, spoken, words
from understudy.dialects._turn import Costs, uuid
from understudy.errors import RequestError
from understudy.model.allowance import Overrun
from understudy.model.reply import Failure, FailureKind

_FINGERPRINT = "fp_2a885414fb"
_READ, _KEPT, _SAID = 3000, 750, 5000  # ticks (10^-10 USD) for a token read, one of the cache, one made: of grok-3-mini
_TEAM = "00000000-0000-4000-8000-000000000000"  # of a client that names no organisation
_CODES = {
    400: "invalid-argument",
    401: "unauthenticated:bad-credentials",
    403: "permission-denied",
    404: "not-found",
    408: "deadline-exceeded",
    422: "invalid-argument",
    429: "resource-exhausted",
    500: "internal",
    503: "unavailable",
    504: "deadline-exceeded",
}
_STATUSES: dict[tuple[FailureKind, int], int] = {
    ("unauthorized", 401): 400,
    ("model_not_found", 404): 400,
    ("insufficient_quota", 429): 403,
    ("content_filter", 400): 403,
}
_BUSY = "The model is currently at capacity due to high demand."
_SPENT = (
    f"Your team {_TEAM} has either used all available credits or reached its monthly spending limit. To continue making API "
    "requests, please purchase more credits or raise your spending limit."
)
_OWN: dict[FailureKind, Words] = {
    "unauthorized": ("", None, "Incorrect API key provided: {subject}. You can obtain an API key from https://console.x.ai."),
    "model_not_found": ("", None, "Model not found: {subject}"),
    "context_length": ("", None, "This model's maximum prompt length is {window} but the request contains {prompt} tokens."),
    "content_filter": ("", None, "Content violates usage guidelines. "),
    "insufficient_quota": ("", None, _SPENT),
    "rate_limit": ("", None, f"Too many requests for team {_TEAM}. See https://console.x.ai/team/default/rate-limits."),
    "overloaded": ("", None, _BUSY),
    "unavailable": ("", None, _BUSY),
}
# What the models of version 4 and those that think do not take, and the name they refuse it by.
_UNABLE = {"presence_penalty": "presencePenalty", "frequency_penalty": "frequencyPenalty", "stop": "stop"}


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


def _over(overrun: Overrun) -> str:
    unit, period = "tokens" if "tokens" in overrun.resource else "requests", (overrun.period or "minute").capitalize()
    where = f"for team {overrun.organisation or _TEAM} and model {overrun.model}"
    rate = f"{unit.capitalize()} per {period} (actual/limit): {overrun.used + overrun.requested}/{overrun.limit}"
    return f"Too many {unit} {where}. Your team's rate limit is - {rate}."


def _error(failure: Failure) -> dict[str, Any]:
    _, _, message = words(failure, _OWN, usual=("", None), over=_over)
    return {
        "code": failure.code or _CODES.get(failure.status, "unavailable" if failure.status > 500 else "unknown"),
        "error": message,
    }


def _failure(failure: Failure) -> ErrorBody:
    """Say an error: of a body that does not fit as a text."""
    if failure.kind == "malformed_json" and failure.message is not None:
        return ErrorBody(failure.status, failure.message.encode(), content_type="text/plain; charset=utf-8")
    return _SAY(failure)


def _check_chat(value: dict[str, Any], body: bytes) -> None:
    _read(value, body, "messages", "model")
    model = str(value["model"])
    if model.startswith(("grok-4", "grok-3-mini", "grok-code")):
        unable = next((told for name, told in _UNABLE.items() if value.get(name) is not None), None)
        if unable is not None:
            refuse(f"Model {model} does not support parameter {unable}.")
    for message in asked.objects(value["messages"]):
        is_empty = message.get("content") in ("", [], None) and message.get("role") != "tool"
        if is_empty and not message.get("tool_calls"):
            refuse("Invalid request content: Each message must have at least one content element.")


def _check_embedding(value: dict[str, Any], body: bytes) -> None:
    _read(value, body, "input", "model")


def _read(value: dict[str, Any], body: bytes, *needed: str) -> None:
    problem = serde.misfit(value, body, needed)
    if problem is not None:
        raise RequestError(Failure(422, "malformed_json", problem))


def _unread(body: bytes) -> Failure:
    return Failure(400, "malformed_json", serde.syntax(body))


_SAY = spoken(_error, statuses=_STATUSES)
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
    rules=Rules({"chat": _check_chat, "embedding": _check_embedding}, _unread),
)
DIALECT = KinDialect(KIN, standard(KIN, "embeddings"))
