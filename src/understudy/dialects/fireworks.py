"""Fireworks: OpenAI's documents without extras, counts on the chunk that ends a stream, errors with a word as their code.

Documents, streams and errors are those that clients recorded (August 2025 to August 2026): errors of models, keys, limits and
accounts as users report them.
"""

from __future__ import annotations

from typing import Any

from understudy.dialects import Moment
from understudy.dialects._kin import Answered, Kin, KinDialect, standard
from understudy.dialects._kin.errors import Words, spoken, words
from understudy.dialects._turn import Costs, uuid
from understudy.model.reply import Failure, FailureKind

_KEY: Words = ("error", "UNAUTHORIZED", "The API key you provided is invalid.")
_LIMIT = (
    "You have exceeded your rate limit for this API. Please try again later. For more information, see "
    "https://docs.fireworks.ai/guides/quotas_usage/rate-limits."
)
_ACCOUNT = (
    "Account understudy is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices. "
    "Please go to https://fireworks.ai/account/billing for more information."
)
_OWN: dict[FailureKind, Words] = {
    "unauthorized": _KEY,
    "missing_key": _KEY,
    "model_not_found": ("error", "NOT_FOUND", "Model not found, inaccessible, and/or not deployed"),
    "rate_limit": ("error", "RATE_LIMIT_EXCEEDED", _LIMIT),
    "insufficient_quota": ("error", "PRECONDITION_FAILED", _ACCOUNT),
}
_CODES = {400: "INVALID_REQUEST", 401: "UNAUTHORIZED", 404: "NOT_FOUND", 412: "PRECONDITION_FAILED", 429: "RATE_LIMIT_EXCEEDED"}


def _identify(moment: Moment) -> str:
    return uuid(moment, "answer")


def _usage(costs: Costs) -> dict[str, Any]:
    total = costs.prompt + costs.completion
    found = {"prompt_tokens": costs.prompt, "total_tokens": total, "completion_tokens": costs.completion}
    return {**found, "prompt_tokens_details": {"cached_tokens": costs.cached}}


def _plain(choice: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is null: probabilities that nobody asked for, the content of what only calls tools."""
    message = choice.get("message", {})
    if message.get("content", ...) is None:
        del message["content"]
    return {name: value for name, value in choice.items() if name != "logprobs" or value is not None}


def _whole(document: dict[str, Any], _answered: Answered) -> dict[str, Any]:
    return {**document, "choices": [_plain(choice) for choice in document["choices"]]}


def _chunk(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    if answered.place == "first":
        document["choices"][0]["delta"].pop("content", None)
    choices = [_plain(choice) for choice in document["choices"]]
    return {**document, "choices": choices, "usage": document.get("usage")}


def _error(failure: Failure) -> dict[str, Any]:
    usual = ("error", _CODES.get(failure.status, "INTERNAL" if failure.status >= 500 else "INVALID_REQUEST"))
    kind, code, message = words(failure, _OWN, usual=usual, over=lambda _overrun: _LIMIT)
    param = "model" if failure.kind == "model_not_found" else failure.param
    return {"error": {"message": message, "param": param, "code": code, "type": kind}}


def _named(failure: Failure) -> dict[str, Any]:
    return {**_error(failure), "request_id": "{request_id}"}


KIN = Kin(
    "fireworks",
    (
        "accounts/fireworks/models/deepseek-v3p1",
        "accounts/fireworks/models/kimi-k2p5",
        "accounts/fireworks/models/gpt-oss-120b",
    ),
    ("/inference/v1",),
    identify=_identify,
    usage=_usage,
    counts="finish",
    numbers_calls=True,
    vectors_of_tokens=True,
    whole=_whole,
    chunk=_chunk,
    failure=spoken(_named, statuses={("insufficient_quota", 429): 412}),
    failure_event=_error,
)
DIALECT = KinDialect(KIN, standard(KIN, "completions", "embeddings"))
