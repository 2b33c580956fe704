"""What a family of models refuses although the API knows it: parameters of other families, values out of its range.

Sources: wire.md 2.4, A.2 and appendix D (live probes of gpt-5.6 and gpt-5.5, 2026-08; the rest as published). A model that is
in no family may be asked for anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from understudy.dialects._openai.check import listed, number, refuse
from understudy.dialects._openai.check_unknown import unknown
from understudy.dialects._openai.families import Family, family
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.reply import Failure

_LENGTH = "Use 'max_completion_tokens' instead."
_NOT_BY_NEWEST = frozenset(("audio", "modalities", "web_search_options"))
_KEYS = _NOT_BY_NEWEST.union(
    ("model", "messages", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs", "max_completion_tokens"),
    ("max_tokens", "metadata", "moderation", "n", "parallel_tool_calls", "prediction", "presence_penalty"),
    ("prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "reasoning_effort", "response_format"),
    ("safety_identifier", "seed", "service_tier", "stop", "store", "stream", "stream_options", "temperature"),
    ("tool_choice", "tools", "top_logprobs", "top_p", "user", "verbosity"),
)
_STREAM_OPTIONS = frozenset(("include_usage", "include_obfuscation"))
_ONLY_DEFAULT = "Only the default (1) value is supported."


def unsupported(path: str, advice: str = "") -> NoReturn:
    """Raise unsupported_parameter."""
    message = f"Unsupported parameter: '{path}' is not supported with this model."
    refuse(f"{message} {advice}".rstrip(), path, "unsupported_parameter")


def keys(body: Mapping[str, Any], model: str) -> None:
    """Check that a family knows every field, and every option of streams; null is as unknown as any value."""
    traits = family(model)
    if not traits.known:
        return
    known = _KEYS - _NOT_BY_NEWEST if traits.cache_write else _KEYS
    for name in body:
        if name not in known:
            unknown(name, known - body.keys())
    sent = body.get("stream_options")
    options = sent if isinstance(sent, dict) else {}
    for name in options:
        if name not in _STREAM_OPTIONS:
            unknown(f"stream_options.{name}", _STREAM_OPTIONS - options.keys())


def fields(body: Mapping[str, Any], model: str) -> None:
    """Check the fields that a family does not know, and bounds of its own."""
    traits = family(model)
    if not traits.known:
        return
    for name in sorted(traits.refused):
        if body.get(name) is not None:
            unsupported(name, _LENGTH if name == "max_tokens" else "")
    if body.get("n") is not None:
        number(1, traits.most_choices, whole=True)(body["n"], "n")
    _effort(body, traits)
    for name in ("max_tokens", "max_completion_tokens"):
        _not_too_long(body.get(name), name, traits)


def values(body: Mapping[str, Any], model: str) -> None:
    """Check what a family cannot do while it reasons."""
    traits = family(model)
    if not traits.reasons:
        return
    temperature = body.get("temperature")
    if temperature is not None and temperature != 1:
        refuse(
            f"Unsupported value: 'temperature' does not support {temperature} with this model. {_ONLY_DEFAULT}",
            "temperature",
            "unsupported_value",
        )
    if body.get("top_p") is not None and body["top_p"] != 1:
        unsupported("top_p")
    if effort_of(body, traits) != "none":
        for name in ("presence_penalty", "frequency_penalty", "logprobs", "top_logprobs"):
            if body.get(name):
                unsupported(name)
    most = traits.most_logprobs
    if (body.get("top_logprobs") or 0) > most:
        refuse(f"Invalid value for 'top_logprobs': must be less than or equal to {most}.", "top_logprobs")


def within_window(call: Call, prompt: int) -> None:
    """Check that prompt and answer fit into what the model can look at."""
    window, answer = family(call.model).window, call.max_tokens or 0
    if not window or prompt + answer <= window:
        return
    said, less = f"your messages resulted in {prompt} tokens", "messages"
    if prompt <= window:
        said = f"you requested {prompt + answer} tokens ({prompt} in the messages, {answer} in the completion)"
        less = "messages or completion"
    message = (
        f"This model's maximum context length is {window} tokens. However, {said}. Please reduce the length of the {less}."
    )
    raise RequestError(Failure(400, "context_length", message, "messages"))


def effort_of(body: Mapping[str, Any], traits: Family) -> str:
    """The reasoning effort in force."""
    effort = body.get("reasoning_effort")
    return effort if isinstance(effort, str) and effort in traits.efforts else traits.effort


def _effort(body: Mapping[str, Any], traits: Family) -> None:
    effort = body.get("reasoning_effort")
    if effort is None:
        return
    if not traits.reasons:
        refuse("Unrecognized request argument supplied: reasoning_effort")
    if effort not in traits.efforts:
        refuse(
            f"Unsupported value: 'reasoning_effort' does not support '{effort}' with this model. Supported values are: "
            f"{listed(traits.efforts)}.",
            "reasoning_effort",
            "unsupported_value",
        )
    if traits.cache_write and effort != "none" and body.get("tools"):
        refuse(f"Function tools with reasoning_effort are not supported for {body['model']} in /v1/chat/completions.")


def _not_too_long(limit: int | None, name: str, traits: Family) -> None:
    if limit is not None and traits.longest and limit > traits.longest:
        refuse(
            f"{name} is too large: {limit}. This model supports at most {traits.longest} completion tokens, whereas you "
            f"provided {limit}.",
            name,
            "invalid_value",
        )
