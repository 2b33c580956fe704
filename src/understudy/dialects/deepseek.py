"""DeepSeek (wire.md 14.6): thoughts beside the content, and the prompt's tokens by how they met the cache."""

from __future__ import annotations

from typing import Any

from understudy.dialects import Moment
from understudy.dialects._kin import Answered, Kin, KinDialect, standard
from understudy.dialects._kin.errors import spoken, words
from understudy.dialects._turn import Costs, letters, uuid
from understudy.model.reply import Failure

_FINGERPRINT = "fp_8b330d02d0_prod0820_fp8_kvcache_20260402"


def _identify(moment: Moment) -> str:
    return uuid(moment, "answer")


def _identify_call(moment: Moment, position: int) -> str:
    return f"call_{position % 1000:02d}_{letters(moment, position, 20)}"


def _usage(costs: Costs) -> dict[str, Any]:
    return {
        "prompt_tokens": costs.prompt,
        "completion_tokens": costs.completion,
        "total_tokens": costs.prompt + costs.completion,
        "prompt_tokens_details": {"cached_tokens": costs.cached},
        "completion_tokens_details": {"reasoning_tokens": costs.thought},
        "prompt_cache_hit_tokens": costs.cached,
        "prompt_cache_miss_tokens": costs.prompt - costs.cached,
    }


def _whole(document: dict[str, Any], _answered: Answered) -> dict[str, Any]:
    return {**document, "system_fingerprint": _FINGERPRINT}


def _chunk(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    """Name both members of what is said and thought in every chunk of an answer that shows thoughts."""
    if any(turn.said("reasoning") for turn in answered.turns):
        for choice in document["choices"]:
            delta = choice.get("delta", {})
            if answered.place == "first":
                delta.update({"content": None, "reasoning_content": ""})
            elif "reasoning_content" in delta:
                choice["delta"] = {"content": None, **delta}
            elif answered.place == "last":
                delta.update({"content": "", "reasoning_content": None})
            elif "content" in delta:
                delta["reasoning_content"] = None
    elif answered.place == "last":
        document["choices"][0].get("delta", {})["content"] = ""
    head = {name: document[name] for name in ("id", "object", "created", "model")}
    return {**head, "system_fingerprint": _FINGERPRINT, **{k: v for k, v in document.items() if k not in head}}


def _error(failure: Failure) -> dict[str, Any]:
    kind, code, message = words(
        failure,
        {
            "unauthorized": (
                "authentication_error",
                "invalid_request_error",
                "Authentication Fails, Your api key: {subject} is invalid",
            ),
            "insufficient_quota": ("unknown_error", "invalid_request_error", "Insufficient Balance"),
        },
    )
    return {"error": {"message": message, "type": kind, "param": failure.param, "code": code}}


KIN = Kin(
    "deepseek",
    ("deepseek-chat", "deepseek-reasoner"),
    ("", "/v1", "/beta"),
    identify=_identify,
    identify_call=_identify_call,
    usage=_usage,
    counts="finish",
    numbers_calls=True,
    whole=_whole,
    chunk=_chunk,
    failure=spoken(_error, id_field="x-ds-trace-id"),
    fields="x-ds-trace-id: {request_id}\r\nserver: CW\r\n",
)
DIALECT = KinDialect(KIN, standard(KIN, "completions"))
