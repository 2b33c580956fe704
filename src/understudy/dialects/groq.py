"""Groq (wire.md 14.7): times in the usage, which streams carry in `x_groq`; whole calls; errors with a `param` if there is one.

Refusals are recorded traffic (maruel/genai, August 2025: keys, models) and what users report: limits (issues of eliza, of
continue), properties (jan, gptel, freellmapi), ranges (RAGAS, ChatALL), `max_tokens` (khoj), probabilities, capacity, unknown
addresses (groq-dart). The properties are those of the types of its client 1.7; the longest answers are its documentation. From
memory are the words for what is missing or no list, for lower bounds, for roles, and for a body that is no JSON.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from understudy.dialects import ErrorBody, Moment
from understudy.dialects import _asked as asked
from understudy.dialects._kin import Answered, Kin, KinDialect, standard
from understudy.dialects._kin.decode import Rules, refuse
from understudy.dialects._kin.errors import Words, spoken, words
from understudy.dialects._openai.limits import go_duration
from understudy.dialects._turn import Costs
from understudy.dialects._window import counting
from understudy.model.allowance import Overrun
from understudy.model.reply import Failure, FailureKind

_QUEUED, _READ, _SAID = 0.02, 0.00005, 0.002  # seconds: before, for a token read, for one said; no measurement
_NOBODY = "org_01understudy000000000000000"
_MORE = "Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing"
_LIMITED = "Rate limit reached. Visit https://console.groq.com/docs/rate-limits for more information."
_KEY: Words = ("invalid_request_error", "invalid_api_key", "Invalid API Key")
_BUSY = (
    " is currently over capacity. Please try again and back off exponentially. Visit https://groqstatus.com to see if "
    "there is an active incident."
)
_SPENT = (
    "API access has been blocked because the spend limit of your organization was reached. Visit "
    "https://console.groq.com/settings/billing/limits to manage it."
)
_TOO_LONG = "Please reduce the length of the messages or completion."
_OWN: dict[FailureKind, Words] = {
    "unauthorized": _KEY,
    "missing_key": _KEY,
    "model_not_found": (
        "invalid_request_error",
        "model_not_found",
        "The model `{subject}` does not exist or you do not have access to it.",
    ),
    "not_found": ("invalid_request_error", "unknown_url", "Unknown request URL."),
    "method_not_allowed": ("invalid_request_error", "unknown_url", "Unknown request URL."),
    "context_length": ("invalid_request_error", "context_length_exceeded", _TOO_LONG),
    "insufficient_quota": ("invalid_request_error", "blocked_api_access", _SPENT),
    "overloaded": ("internal_server_error", None, f"This model{_BUSY}"),
    "unavailable": ("internal_server_error", None, f"This model{_BUSY}"),
    "server_error": ("internal_server_error", None, "Internal Server Error"),
}
_PARAMS: dict[FailureKind, str] = {"context_length": "messages"}
# What is said of an answer that broke the form asked for; a script names the code.
_GENERATED = {
    "json_validate_failed": "Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more details.",
    "tool_use_failed": "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.",
}
_KNOWN = frozenset(
    (
        *("citation_options", "compound_custom", "disable_tool_validation", "documents", "exclude_domains"),
        *("frequency_penalty", "function_call", "functions", "include_domains", "include_reasoning", "logit_bias", "logprobs"),
        *("max_completion_tokens", "max_tokens", "messages", "metadata", "model", "n", "parallel_tool_calls"),
        *("presence_penalty", "reasoning_effort", "reasoning_format", "response_format", "search_settings", "seed"),
        *("service_tier", "stop", "store", "stream", "stream_options", "temperature", "tool_choice", "tools", "top_logprobs"),
        *("top_p", "user"),
    )
)
_SAYS = ("role", "content", "name")
_TURNS = {
    "system": _SAYS,
    "developer": _SAYS,
    "user": _SAYS,
    "assistant": (*_SAYS, "tool_calls", "function_call", "reasoning"),
    "tool": (*_SAYS, "tool_call_id"),
    "function": _SAYS,
}
_RANGES = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "n": (1, 1),
    "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2),
    "max_tokens": (1, 2**31 - 1),
    "max_completion_tokens": (1, 2**31 - 1),
}
_OUTPUT = {
    "llama-3.3-70b-versatile": 32_768,
    "llama-3.1-8b-instant": 131_072,
    "openai/gpt-oss-120b": 65_536,
    "openai/gpt-oss-20b": 65_536,
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
    found |= {"prompt_tokens_details": {"cached_tokens": costs.cached}} if costs.cached else {}
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


def _over(overrun: Overrun) -> str:
    unit = "tokens" if "tokens" in overrun.resource else "requests"
    period = overrun.period or "minute"
    where = f"for model `{overrun.model}` in organization `{overrun.organisation or _NOBODY}` service tier `on_demand` on "
    where += f"{unit} per {period} ({unit[0].upper()}P{period[0].upper()}): Limit {overrun.limit}, "
    if overrun.too_large:
        return f"Request too large {where}Requested {overrun.requested}, please reduce your message size and try again. {_MORE}"
    wait = "later" if overrun.wait is None else f"in {go_duration(overrun.wait)}"
    used = f"Used {overrun.used}, Requested {overrun.requested}"
    return f"Rate limit reached {where}{used}. Please try again {wait}. {_MORE}"


def _error(failure: Failure) -> dict[str, Any]:
    own = {**_OWN, "rate_limit": ("tokens", "rate_limit_exceeded", _LIMITED)}
    if failure.overrun is not None and "tokens" not in failure.overrun.resource:
        own["rate_limit"] = ("requests", "rate_limit_exceeded", _LIMITED)
    usual = "internal_server_error" if failure.status >= 500 else "invalid_request_error"
    kind, code, message = words(failure, own, usual=(usual, None), over=_over)
    if failure.subject is not None and failure.kind in ("not_found", "method_not_allowed"):
        url = failure.subject.replace(" /groq/", " /", 1)
        message = (
            f"Unknown request URL: {url}. Please check the URL for typos, or see the docs at https://console.groq.com/docs/"
        )
    made = _GENERATED.get(code or "")
    param = failure.param or _PARAMS.get(failure.kind)
    found: dict[str, Any] = {"message": made if made and failure.message is None else message, "type": kind}
    found |= ({} if param is None else {"param": param}) | ({} if code is None else {"code": code})
    return {"error": found | ({"failed_generation": ""} if made else {})}


def _failure(failure: Failure) -> ErrorBody:
    """Say an error: what is too large for a limit has a status of its own, and every document ends its line."""
    if failure.overrun is not None and failure.overrun.too_large:
        failure = replace(failure, status=413)
    said = _SAY(failure)
    return replace(said, data=said.data + b"\n")


def _check(value: dict[str, Any], _body: bytes) -> None:
    """Check a chat as the server's schema does, which stops at the first thing that is wrong."""
    for name in ("messages", "model"):
        if name not in value:
            refuse(f"property '{name}' is missing")
    strange = next((name for name in value if name not in _KNOWN), None)
    if strange is not None:
        refuse(f"property '{strange}' is unsupported")
    for name, (least, most) in _RANGES.items():
        _check_number(name, value.get(name), least, most)
    if not isinstance(value["messages"], list):
        refuse("'messages' : value must be an array")
    if not value["messages"]:
        refuse("'messages' : minimum number of items is 1")
    for index, message in enumerate(value["messages"]):
        _check_message(message, f"'messages.{index}'")
    unable = next((name for name in ("logprobs", "logit_bias", "top_logprobs") if value.get(name)), None)
    if unable is not None:
        refuse(f"`{unable}` is not supported with this model", unable)
    _check_asked(value)


def _check_number(name: str, given: Any, least: int, most: int) -> None:
    if given is None:
        return
    if not isinstance(given, int | float) or isinstance(given, bool):
        refuse(f"'{name}' : value must be a number")
    if given < least:
        refuse(f"'{name}' : number must be at least {least}")
    if given > most:
        refuse(f"'{name}' : number must be at most {most}")


def _check_message(message: Any, at: str) -> None:
    role = message.get("role") if isinstance(message, dict) else None
    if not isinstance(role, str) or role not in _TURNS:
        refuse(f"{at} : discriminator property 'role' has invalid value")
    strange = next((name for name in message if name not in _TURNS[role]), None)
    if strange is not None:
        refuse(f"{at} : for 'role:{role}' the following must be satisfied[({at} : property '{strange}' is unsupported)]")


def _check_asked(value: dict[str, Any]) -> None:
    """Check what the fields of a request ask for together."""
    most = _OUTPUT.get(str(value["model"]))
    for name in ("max_tokens", "max_completion_tokens"):
        if most is not None and (asked.whole(value.get(name)) or 0) > most:
            told = f"`{name}` must be less than or equal to `{most}`, the maximum value for `{name}` is less than the "
            refuse(f"{told}`context_window` for this model", name)
    form = asked.mapping(value.get("response_format")).get("type")
    if form == "json_object" and not any("json" in str(message.get("content")).lower() for message in value["messages"]):
        refuse("'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.")
    named = asked.mapping(asked.mapping(value.get("tool_choice")).get("function")).get("name")
    if named is not None and named not in [tool.name for tool in asked.function_tools(value.get("tools"))]:
        refuse("requested tool does not exist")


def _unread(_body: bytes) -> Failure:
    return Failure(400, "malformed_json", "request body is not valid JSON")


_SAY = spoken(_error, statuses={("insufficient_quota", 429): 400})
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
    failure=_failure,
    fit=counting(_TOO_LONG),
    rules=Rules({"chat": _check}, _unread),
)
DIALECT = KinDialect(KIN, standard(KIN))
