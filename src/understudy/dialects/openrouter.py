"""OpenRouter (wire.md 14.4): whose model answered and what it cost, comments while it waits, integer error codes."""

from __future__ import annotations

from typing import Any

from understudy.dialects import Moment
from understudy.dialects._kin import Answered, Kin, KinDialect, standard
from understudy.dialects._kin.errors import Words, spoken, words
from understudy.dialects._turn import Costs, letters
from understudy.model.reply import Failure, FailureKind

_PROMPT, _COMPLETION = 1.5e-07, 6e-07  # credits for a token
_PROVIDERS = {"openai": "OpenAI", "anthropic": "Anthropic", "google": "Google", "mistralai": "Mistral", "deepseek": "DeepSeek"}
_OWN: dict[FailureKind, Words] = {
    "unauthorized": ("", None, "User not found."),
    "missing_key": ("", None, "No cookie auth credentials found"),
    "insufficient_quota": ("", None, "Insufficient credits"),
}


def _identify(moment: Moment) -> str:
    return f"gen-{moment.created}-{letters(moment, 0, 20)}"


def _provider(model: str) -> str:
    vendor = model.partition("/")[0]
    return _PROVIDERS.get(vendor, vendor.capitalize() or "OpenAI")


def _usage(costs: Costs) -> dict[str, Any]:
    read, said = round(costs.prompt * _PROMPT, 12), round(costs.completion * _COMPLETION, 12)
    return {
        "prompt_tokens": costs.prompt,
        "completion_tokens": costs.completion,
        "total_tokens": costs.prompt + costs.completion,
        "cost": round(read + said, 12),
        "is_byok": False,
        "prompt_tokens_details": {"cached_tokens": costs.cached, "cache_write_tokens": 0, "audio_tokens": 0, "video_tokens": 0},
        "cost_details": {
            "upstream_inference_cost": round(read + said, 12),
            "upstream_inference_prompt_cost": read,
            "upstream_inference_completions_cost": said,
        },
        "completion_tokens_details": {"reasoning_tokens": costs.thought, "image_tokens": 0, "audio_tokens": 0},
    }


def _headed(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    head = {name: document.pop(name) for name in ("id", "object", "created", "model")}
    return {**head, "provider": _provider(answered.call.model), **document}


def _whole(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    for choice in document["choices"]:
        choice["native_finish_reason"] = choice["finish_reason"]
        message = choice.get("message", {})
        if "reasoning" in message:
            message["reasoning_details"] = [_detail(message["reasoning"])]
    usage = document.pop("usage")  # the official client wants a fingerprint before it, null or not
    return {**_headed(document, answered), "system_fingerprint": None, "usage": usage}


def _detail(text: str) -> dict[str, Any]:
    return {"type": "reasoning.text", "text": text, "format": "unknown", "index": 0}


def _chunk(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    if answered.place == "usage":
        finish = answered.turns[0].finish
        document["choices"] = [{"index": 0, "delta": {"content": "", "role": "assistant"}, "finish_reason": finish}]
    for choice in document["choices"]:
        choice.pop("logprobs", None)
        if "delta" in choice:
            delta = choice["delta"]
            choice["delta"] = {"content": "", "role": "assistant", **delta}
            if "reasoning" in delta:
                choice["delta"]["reasoning_details"] = [_detail(delta["reasoning"])]
        choice["native_finish_reason"] = choice["finish_reason"]
    return _headed(document, answered)


def _error(failure: Failure) -> dict[str, Any]:
    _, _, message = words(failure, _OWN)
    return {"error": {"code": failure.status, "message": message}, "user_id": "user_understudy"}


def _error_event(failure: Failure) -> dict[str, Any]:
    error = _error(failure)["error"]
    choice = {"index": 0, "delta": {"content": "", "role": "assistant"}, "finish_reason": "error"}
    return {"object": "chat.completion.chunk", "error": error, "choices": [{**choice, "native_finish_reason": "error"}]}


def _listed(model: str, created: int) -> dict[str, Any]:
    pricing = {"prompt": f"{_PROMPT:.8f}", "completion": f"{_COMPLETION:.8f}", "request": "0", "image": "0"}
    architecture = {"modality": "text->text", "input_modalities": ["text"], "output_modalities": ["text"], "tokenizer": "Other"}
    return {
        "id": model,
        "canonical_slug": model,
        "name": model,
        "created": created,
        "description": "",
        "context_length": 128000,
        "architecture": architecture,
        "pricing": pricing,
        "top_provider": {"context_length": 128000, "max_completion_tokens": 16384, "is_moderated": False},
        "supported_parameters": ["max_tokens", "temperature", "tools"],
    }


KIN = Kin(
    "openrouter",
    ("openai/gpt-4o-mini", "anthropic/claude-sonnet-4.5", "google/gemini-2.5-flash", "deepseek/deepseek-r1"),
    ("/api/v1",),
    identify=_identify,
    thought=("reasoning",),
    message={"refusal": None},
    usage=_usage,
    counts="always",
    whole=_whole,
    chunk=_chunk,
    failure=spoken(_error),
    failure_event=_error_event,
    list_model=_listed,
    preamble=b": OPENROUTER PROCESSING\n\n",
)
DIALECT = KinDialect(KIN, standard(KIN, "completions"))
