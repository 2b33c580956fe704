"""DeepSeek (wire.md 14.6): thoughts beside the content, and the prompt's tokens by how they met the cache.

Refusals are recorded traffic (the cassettes of maruel/genai, 2025 and 2026: keys, models, `tool_choice`), else what users
report: ranges (issues of DeepSeek-V3, chatbox, aider), the form of JSON (WrenAI), tools (dify, Newelle), thoughts that were not
passed back (GitNexus, openclaw, 2026), the window (LiteLLM, fast-agent), overload (2026). From memory are the range of the
temperature, `Empty input messages`, the words of 429 and 500, and the document of an unknown path.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.dialects import Moment
from understudy.dialects import _asked as asked
from understudy.dialects import _prompts as prompts
from understudy.dialects._kin import Answered, Kin, KinDialect, serde, standard
from understudy.dialects._kin.decode import Rules, refuse
from understudy.dialects._kin.errors import Words, spoken, words
from understudy.dialects._turn import Costs, letters, uuid
from understudy.dialects._window import counting
from understudy.model.allowance import Overrun
from understudy.model.call import Call
from understudy.model.reply import Failure, FailureKind

_FINGERPRINT = "fp_8b330d02d0_prod0820_fp8_kvcache_20260402"
_INVALID = "invalid_request_error"
_ROLES = ("system", "user", "assistant", "tool", "latest_reminder")
_OUTPUT = {"deepseek-chat": 8192, "deepseek-reasoner": 65536}
_MOST = 393_216  # tokens of an answer, of the models that came after those
_BUSY = "Service is too busy. We advise users to temporarily switch to alternative LLM API service providers."
_AUTH = "authentication_error"
_UNANSWERED = (
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
    "(insufficient tool messages following tool_calls message)"
)
_UNASKED = "Messages with role 'tool' must be a response to a preceding message with 'tool_calls'"
_FORGOTTEN = (
    "Missing `reasoning_content` field in the assistant message at message index {}. For more information, please refer to "
    "https://api-docs.deepseek.com/guides/thinking_mode#tool-calls"
)
_UNPASSED = "The `reasoning_content` in the thinking mode must be passed back to the API."
_NO_JSON = "Prompt must contain the word 'json' in some form to use 'response_format' of type 'json_object'."
_TOO_LONG = (
    "This model's maximum context length is {window} tokens. However, you requested {total} tokens ({prompt} in the messages, "
    "{asked} in the completion). Please reduce the length of the messages or completion."
)
_OWN: dict[FailureKind, Words] = {
    "unauthorized": (_AUTH, _INVALID, "Authentication Fails, Your api key: {subject} is invalid"),
    "missing_key": (_AUTH, _INVALID, "Authentication Fails (auth header format should be Bearer sk-...)"),
    "model_not_found": (_INVALID, _INVALID, "Model Not Exist"),
    "insufficient_quota": ("unknown_error", _INVALID, "Insufficient Balance"),
    "rate_limit": ("rate_limit_error", "rate_limit_error", "Rate Limit Reached"),
    "context_length": (
        _INVALID,
        _INVALID,
        _TOO_LONG,
    ),
    "content_filter": (_INVALID, _INVALID, "Content Exists Risk"),
    "server_error": ("server_error", "server_error", "Server Error"),
    "overloaded": ("service_unavailable_error", "service_unavailable_error", _BUSY),
    "unavailable": ("service_unavailable_error", "service_unavailable_error", _BUSY),
}


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


def _thinks(value: Mapping[str, Any]) -> bool:
    """Say whether a request is answered with thoughts: the reasoner's are, those of version 4 unless it is told not to."""
    wanted = asked.mapping(value.get("thinking")).get("type")
    model = str(value.get("model"))
    return wanted == "enabled" or (wanted != "disabled" and (model == "deepseek-reasoner" or model.startswith("deepseek-v4")))


def _shows(call: Call, answered: Answered) -> bool:
    """Say whether thoughts have a member: where there are some, and beside tool calls of an answer that is thought about."""
    said = any(turn.said("reasoning") for turn in answered.turns)
    return said or (any(turn.calls for turn in answered.turns) and _thinks(call.extra.body))


def _whole(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    if _shows(answered.call, answered):
        for choice in document["choices"]:
            message = choice.get("message", {})
            if "tool_calls" in message:
                message.setdefault("reasoning_content", "")
    return {**document, "system_fingerprint": _FINGERPRINT}


def _chunk(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    """Name both members of what is said and thought in every chunk of an answer that shows thoughts."""
    if _shows(answered.call, answered):
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


def _shares(call: Call) -> bool:
    """Say whether a stream is the same for all who get the same reply: without thoughts, or with those of the reply."""
    return not _thinks(call.extra.body)


def _over(_overrun: Overrun) -> str:
    return "Rate Limit Reached"


def _error(failure: Failure) -> dict[str, Any]:
    if failure.kind in ("not_found", "method_not_allowed") and failure.message is None:
        return {"error_msg": "Not Found. Please check the configuration."}
    if failure.kind == "unauthorized" and failure.subject is not None and failure.message is None:
        told = f"Authentication Fails, Your api key: ****{failure.subject[-4:]} is invalid"
        return {"error": {"message": told, "type": _AUTH, "param": None, "code": _INVALID}}
    usual = "server_error" if failure.status >= 500 else _INVALID
    kind, code, message = words(failure, _OWN, usual=(usual, usual), over=_over)
    return {"error": {"message": message, "type": kind, "param": failure.param, "code": code}}


def _check_chat(value: dict[str, Any], body: bytes) -> None:
    _read(value, body, "messages", "model")
    _check_ranges(value)
    messages = value["messages"]
    if not messages:
        refuse("Empty input messages")
    _check_format(value, messages)
    thinks = _thinks(value)
    if thinks and value.get("tool_choice") not in (None, "auto", "none"):
        refuse("Thinking mode does not support this tool_choice")
    _check_tools(messages)
    if thinks:
        _check_thoughts(str(value["model"]), messages)


def _read(value: dict[str, Any], body: bytes, *needed: str) -> None:
    problem = serde.misfit(value, body, needed, _ROLES)
    if problem is not None:
        refuse(problem)


def _check_ranges(value: dict[str, Any]) -> None:
    most, limit = _OUTPUT.get(value["model"], _MOST), value.get("max_tokens")
    if limit is not None and not 1 <= limit <= most:
        refuse(f"Invalid max_tokens value, the valid range of max_tokens is [1, {most}]")
    temperature, share = value.get("temperature"), value.get("top_p")
    if temperature is not None and not 0 <= temperature <= 2:
        refuse("Invalid temperature value, the valid range of temperature is [0, 2.0]")
    if share is not None and not 0 < share <= 1:
        refuse("Invalid top_p value, the valid range of top_p is (0, 1.0]")


def _check_format(value: dict[str, Any], messages: list[dict[str, Any]]) -> None:
    kind = asked.mapping(value.get("response_format")).get("type", "text")
    if kind not in ("text", "json_object"):
        refuse("This response_format type is unavailable now")
    if kind == "json_object" and not any("json" in str(message.get("content")).lower() for message in messages):
        refuse(_NO_JSON)


def _check_tools(messages: list[dict[str, Any]]) -> None:
    waiting: list[Any] = []
    for message in messages:
        if message["role"] == "tool":
            if message.get("tool_call_id") not in waiting or "tool_call_id" not in message:
                refuse(_UNANSWERED if waiting else _UNASKED)
            waiting.remove(message["tool_call_id"])
            continue
        if waiting:
            refuse(_UNANSWERED)
        waiting = [call.get("id") for call in asked.objects(message.get("tool_calls"))]
    if waiting:
        refuse(_UNANSWERED)


def _check_thoughts(model: str, messages: list[dict[str, Any]]) -> None:
    """Refuse calls whose thoughts were not passed back; the reasoner wants those since the user spoke last."""
    is_reasoner = model == "deepseek-reasoner"
    users = [index for index, message in enumerate(messages) if message["role"] == "user"]
    for index, message in enumerate(messages):
        since = not is_reasoner or not users or index > users[-1]
        if since and message.get("tool_calls") and message.get("reasoning_content") is None:
            refuse(_FORGOTTEN.format(index) if is_reasoner else _UNPASSED)


def _check_completion(value: dict[str, Any], body: bytes) -> None:
    _read(value, body, "model", "prompt")
    if not prompts.fit(value["prompt"]):
        refuse(serde.unfit("prompt", serde.unexpected(value["prompt"], "a string"), body))
    _check_ranges(value)


def _unread(body: bytes) -> Failure:
    return Failure(400, "malformed_json", serde.syntax(body))


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
    shares=_shares,
    failure=spoken(
        _error, id_field="x-ds-trace-id", statuses={("model_not_found", 404): 400, ("insufficient_quota", 429): 402}
    ),
    fit=counting(_TOO_LONG),
    rules=Rules({"chat": _check_chat, "completion": _check_completion}, _unread),
    fields="x-ds-trace-id: {request_id}\r\nserver: CW\r\n",
)
DIALECT = KinDialect(KIN, standard(KIN, "completions"))
