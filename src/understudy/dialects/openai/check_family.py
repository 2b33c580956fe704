"""What a family of models refuses although the API knows it: parameters of other families, values out of its range.

Sources: wire.md 2.4, A.2 and appendix D (live probes of gpt-5.6 and gpt-5.5, 2026-08; the rest as published). A model that is
in no family may be asked for anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from msgspec.structs import replace

from understudy.dialects._openai.check import listed, number, refuse
from understudy.dialects._openai.check_unknown import unknown
from understudy.dialects._openai.families import Family, family
from understudy.dialects._openai.prompt import chat_tokens
from understudy.dialects._window import fitted
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
    """Check that a family chats, and knows every field and option of streams; null is as unknown as any value."""
    traits = family(model)
    if not traits.known:
        return
    if not traits.chats:
        message = (
            "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use "
            "v1/completions?"
        )
        raise RequestError(Failure(404, "not_found", message, "model", type="invalid_request_error"))
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
    if traits.known:
        _together(body, traits)
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
    if body.get("logprobs") and "none" not in traits.efforts:
        message = "You are not allowed to request logprobs from this model"
        raise RequestError(Failure(403, "forbidden", message, type="invalid_request_error"))
    if effort_of(body, traits) != "none":
        for name in ("presence_penalty", "frequency_penalty", "logprobs", "top_logprobs"):
            if body.get(name):
                unsupported(name)
    most = traits.most_logprobs
    if (body.get("top_logprobs") or 0) > most:
        refuse(f"Invalid value for 'top_logprobs': must be less than or equal to {most}.", "top_logprobs")


def within_window(call: Call, prompt: int) -> None:
    """Check that prompt and answer fit into what the model can look at."""
    traits = family(call.model)
    if traits.reads and prompt > traits.reads:
        message = (
            f"Input tokens exceed the configured limit of {traits.reads} tokens. Your messages resulted in {prompt} tokens."
        )
        raise RequestError(Failure(400, "context_length", f"{message} Please reduce the length of the messages.", "messages"))
    if traits.window:
        _within(call, prompt, traits.window)


def fit(call: Call, prompt: int, window: int) -> Call:
    """Fit a call into a window."""
    _within(call, prompt, window)
    return fitted(call, prompt, window)


def _within(call: Call, prompt: int, window: int) -> None:
    answer = call.max_tokens or 0
    if prompt + answer <= window:
        return
    said = f"your messages resulted in {prompt} tokens" if prompt > window else f"you requested {prompt + answer} tokens"
    parts = {"messages": prompt - _functions(call), "functions": _functions(call)}
    if prompt <= window:
        parts["completion"] = answer
    named = [name for name, tokens in parts.items() if tokens]
    if len(named) > 1:
        said += f" ({_listed([f'{parts[name]} in the {name}' for name in named], 'and')})"
    message = f"This model's maximum context length is {window} tokens. However, {said}."
    less = f"Please reduce the length of the {_listed(named, 'or')}."
    raise RequestError(Failure(400, "context_length", f"{message} {less}", "messages"))


def _functions(call: Call) -> int:
    """What the functions of a call cost."""
    return chat_tokens(call) - chat_tokens(replace(call, tools=())) if call.tools else 0


def _listed(parts: list[str], last: str) -> str:
    """List parts as this refusal does: two of what is in the prompt with a comma, two to shorten with a word."""
    if len(parts) == 2:
        return ", ".join(parts) if last == "and" else f" {last} ".join(parts)
    return ", ".join((*parts[:-1], f"{last} {parts[-1]}")) if len(parts) > 2 else parts[0]


def _together(body: Mapping[str, Any], traits: Family) -> None:
    """Check what may not be said at once, or not without something else."""
    if body.get("max_tokens") is not None and body.get("max_completion_tokens") is not None:
        message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
        refuse(message, None, "invalid_parameter_combination")
    if body.get("metadata") is not None and not body.get("store") and not traits.cache_write:
        refuse("The 'metadata' parameter is only allowed when 'store' is enabled.", "metadata")


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
