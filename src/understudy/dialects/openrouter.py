"""OpenRouter (wire.md 14.4): whose model answered and what it cost, comments while it waits, integer error codes.

Errors of keys and models, and those of providers that are passed on, are recorded traffic (maruel/genai, 2025 and 2026); of
credit, windows, limits and safety what users report (issues of open-assistant, cline, kilocode; 2026). Not known is how it
refuses a body whose members are of another type: here as one without them.
"""

from __future__ import annotations

from typing import Any

from understudy.dialects import Moment
from understudy.dialects import _prompts as prompts
from understudy.dialects._kin import Answered, Kin, KinDialect, standard
from understudy.dialects._kin.decode import Rules, refuse
from understudy.dialects._kin.errors import Words, spoken, words
from understudy.dialects._turn import Costs, letters
from understudy.dialects._window import counting
from understudy.model.allowance import Overrun
from understudy.model.reply import Failure, FailureKind

_PROMPT, _COMPLETION = 1.5e-07, 6e-07  # credits for a token
_PROVIDERS = {"openai": "OpenAI", "anthropic": "Anthropic", "google": "Google", "mistralai": "Mistral", "deepseek": "DeepSeek"}
_CREDITS = "https://openrouter.ai/settings/credits"
_FLAGGED = 'The model requires moderation. Your input was flagged for "violence". No credits were charged.'
_TOO_LONG = (
    "This endpoint's maximum context length is {window} tokens. However, you requested about {total} tokens ({prompt} of text "
    "input%s). Please reduce the length of either one, or use the context-compression plugin to compress your prompt "
    "automatically."
)
_UPSTREAM = "Provider returned error"
_OWN: dict[FailureKind, Words] = {
    "unauthorized": ("", None, "User not found."),
    "missing_key": ("", None, "Missing Authentication header"),
    "model_not_found": ("", None, "{subject} is not a valid model ID"),
    "insufficient_quota": ("", None, f"Insufficient credits. Add more using {_CREDITS}"),
    "rate_limit": ("", None, "Rate limit exceeded: free-models-per-min. "),
    "content_filter": ("", None, _FLAGGED),
    "context_length": ("", None, _TOO_LONG % ""),
    "overloaded": ("", None, _UPSTREAM),
    "unavailable": ("", None, _UPSTREAM),
    "server_error": ("", None, _UPSTREAM),
}
_TOLD: dict[str, FailureKind] = {told: kind for kind, (_, _, told) in _OWN.items() if "{" not in told}
_STATUSES: dict[tuple[FailureKind, int], int] = {
    ("model_not_found", 404): 400,
    ("insufficient_quota", 429): 402,
    ("content_filter", 400): 403,
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
        if choice.get("logprobs", ...) is None:
            del choice["logprobs"]
        if "delta" in choice:
            delta = choice["delta"]
            choice["delta"] = {"content": "", "role": "assistant", **delta}
            if "reasoning" in delta:
                choice["delta"]["reasoning_details"] = [_detail(delta["reasoning"])]
        choice["native_finish_reason"] = choice["finish_reason"]
    return _headed(document, answered)


def _over(overrun: Overrun) -> str:
    if overrun.period == "day":
        return "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day"
    return "Rate limit exceeded: free-models-per-min. "


def _metadata(failure: Failure) -> dict[str, Any] | None:
    """What is told beside the message, if anything is: beside the provider's own, a script may say it or not."""
    kind = failure.kind if failure.message is None else _TOLD.get(failure.message)
    if kind == "insufficient_quota":
        hint = f"Add credits at {_CREDITS}, or lower max_tokens / prompt size to fit your remaining balance."
        return {"limit_source": "openrouter_credits", "remedy_hint": hint}
    if kind == "content_filter":
        return {"reasons": ["violence"], "flagged_input": "...", "provider_name": None, "model_slug": failure.subject}
    if kind == "rate_limit" and failure.overrun is not None:
        headers = {"X-RateLimit-Limit": str(failure.overrun.limit), "X-RateLimit-Remaining": "0"}
        return {"headers": headers, "provider_name": None}
    if kind in ("overloaded", "unavailable", "server_error"):
        return {"raw": '{"error":"Service unavailable"}', "provider_name": None, "is_byok": False}
    return {"provider_name": None} if kind == "context_length" or failure.counts is not None else None


def _error(failure: Failure) -> dict[str, Any]:
    _, _, message = words(failure, _OWN, usual=("", None), over=_over)
    metadata = _metadata(failure)
    error = {"message": message, "code": failure.status} | ({} if metadata is None else {"metadata": metadata})
    known = failure.kind not in ("unauthorized", "missing_key", "not_found", "method_not_allowed")
    return {"error": error} | ({"user_id": "user_understudy"} if known else {})


def _check_chat(value: dict[str, Any], _body: bytes) -> None:
    """Refuse a chat without messages; one without a model is answered by that of the account."""
    if not isinstance(value.get("messages"), list) or not value["messages"]:
        refuse('Input required: specify "prompt" or "messages"')


def _check_completion(value: dict[str, Any], _body: bytes) -> None:
    if not value.get("prompt") or not prompts.fit(value["prompt"]):
        refuse('Input required: specify "prompt" or "messages"')


def _unread(_body: bytes) -> Failure:
    return Failure(400, "malformed_json", "Invalid JSON body")


def _error_event(failure: Failure) -> dict[str, Any]:
    error = _error(failure)["error"]
    choice = {"index": 0, "delta": {"content": "", "role": "assistant"}, "finish_reason": "error"}
    return {"object": "chat.completion.chunk", "error": error, "choices": [{**choice, "native_finish_reason": "error"}]}


def _listed(model: str, created: int, window: int | None) -> dict[str, Any]:
    pricing = {"prompt": f"{_PROMPT:.8f}", "completion": f"{_COMPLETION:.8f}", "request": "0", "image": "0"}
    architecture = {"modality": "text->text", "input_modalities": ["text"], "output_modalities": ["text"], "tokenizer": "Other"}
    return {
        "id": model,
        "canonical_slug": model,
        "name": model,
        "created": created,
        "description": "",
        "context_length": window or 128000,
        "architecture": architecture,
        "pricing": pricing,
        "top_provider": {"context_length": window or 128000, "max_completion_tokens": 16384, "is_moderated": False},
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
    failure=spoken(_error, statuses=_STATUSES),
    fit=counting(_TOO_LONG % ", {asked} in the output"),
    rules=Rules({"chat": _check_chat, "completion": _check_completion}, _unread),
    failure_event=_error_event,
    list_model=_listed,
    preamble=b": OPENROUTER PROCESSING\n\n",
)
DIALECT = KinDialect(KIN, standard(KIN, "completions"))
