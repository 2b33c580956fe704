"""Answers of chat completions, OpenAI's and those of the many who speak alike.

Source: platform.openai.com, chat completion object and chunk object, November 2026; `reasoning_content` and `reasoning` are
what DeepSeek, vLLM, Groq and OpenRouter call the thoughts they show. The number in `logprobs` of a chunk, and `top_logprobs`
beside it, are in the types of Together's client 3.1 (November 2026).
"""

from __future__ import annotations

from typing import Any, Final

from understudy.model.reply import Finish
from understudy.recorder.answers import AnswerReader, Document, items, member
from understudy.recorder.losses import known
from understudy.recorder.utterance import Utterance

_FINISH: Final[dict[str, Finish]] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
}

_SPOKEN: Final = "role content refusal reasoning reasoning_content"
_CACHED: Final = "prompt_cache_hit_tokens prompt_cache_miss_tokens"
_STOPS: Final = ("stop_reason", "matched_stop")
"""Which stop sequence ended an answer, or the number of a token: of vLLM and SGLang."""

KNOWN: Final = known(
    "id object created system_fingerprint obfuscation p x_groq time_info",
    {
        "choices": "index text finish_reason native_finish_reason stop_reason matched_stop seed logprobs top_logprobs",
        "choices.message": _SPOKEN,
        "choices.delta": _SPOKEN,
        "choices.message.tool_calls": "index id type function",
        "choices.delta.tool_calls": "index id type function",
        "usage": f"prompt_tokens completion_tokens total_tokens queue_time prompt_time completion_time total_time {_CACHED}",
        "usage.prompt_tokens_details": "cached_tokens text_tokens",
        "usage.completion_tokens_details": "reasoning_tokens",
        "metadata": "weight_version",
    },
    {"service_tier": ("default", "on_demand")},
)


def _speaks(dialect: str, operation: str) -> bool:
    return dialect == "openai" and operation in ("chat", "completion")


def _choice(choices: Any, said: str, at: float, heard: Utterance) -> None:
    """Read the only choice; of several, a reply could say but one."""
    for choice in items(choices):
        if choice.get("index", 0) != 0:
            heard.unreadable = True
            return
        message = choice.get(said)
        if isinstance(message, dict):
            _message(message, at, heard)
        heard.say("text", choice.get("text"), at)
        _scored(choice.get("logprobs"), heard)
        _summed(choice, member(message, "content") or choice.get("text"), heard)
        reason = choice.get("finish_reason")
        if reason is not None:
            heard.end(_FINISH.get(str(reason), "stop"))
        for name in _STOPS:
            if isinstance(choice.get(name), str):
                heard.stop = choice[name]


def _scored(odds: Any, heard: Utterance) -> None:
    """Read how likely tokens were: those of a chat stand in `content`, those of a completion in columns."""
    heard.unreadable = heard.unreadable or bool(member(odds, "refusal"))
    heard.score(member(odds, "content"))
    columns = (member(odds, name) for name in ("tokens", "token_logprobs", "top_logprobs"))
    tokens, chances, best = (column if isinstance(column, list) else [] for column in columns)
    for place, token in enumerate(tokens):
        others = best[place] if place < len(best) and isinstance(best[place], dict) else {}
        chance = chances[place] if place < len(chances) else None
        known = [{"token": other, "logprob": logprob} for other, logprob in others.items()]
        heard.score([{"token": token, "logprob": chance, "top_logprobs": known}])


def _summed(choice: Document, text: Any, heard: Utterance) -> None:
    """Read how likely a whole piece was, which is one number in the chunks of Together, with what else it might have been."""
    chance, best = choice.get("logprobs"), choice.get("top_logprobs")
    if isinstance(chance, int | float) and text:
        others = best.items() if isinstance(best, dict) else ()
        known = [{"token": other, "logprob": logprob} for other, logprob in others]
        heard.score([{"token": text, "logprob": chance, "top_logprobs": known}])


def _message(message: Document, at: float, heard: Utterance) -> None:
    thought = message.get("reasoning_content")
    heard.say("reasoning", message.get("reasoning") if thought is None else thought, at)
    content = message.get("content")
    if isinstance(content, list):
        for part in items(content):
            heard.say("text", part.get("text"), at)
            thoughts = part.get("thinking")
            for thinking in items(thoughts):
                heard.say("reasoning", thinking.get("text"), at)
    heard.say("text", content, at)
    heard.say("refusal", message.get("refusal"), at)
    if any(message.get(name) for name in ("audio", "function_call", "images", "annotations")):
        heard.unreadable = True
    for place, call in enumerate(items(message.get("tool_calls"))):
        key = ("call", call.get("index", place))
        kind = "custom" if "custom" in call else "function"
        heard.unreadable = heard.unreadable or kind == "custom"
        heard.call(key, member(call, kind, "name"), call.get("id"))
        heard.argue(key, member(call, kind, "arguments"), at)


def _common(document: Document, heard: Utterance) -> None:
    heard.identifier = str(document.get("id") or heard.identifier)
    usage = document.get("usage")
    heard.count(
        prompt_tokens=member(usage, "prompt_tokens"),
        completion_tokens=member(usage, "completion_tokens"),
        reasoning_tokens=member(usage, "completion_tokens_details", "reasoning_tokens"),
        cached_tokens=member(usage, "prompt_tokens_details", "cached_tokens") or member(usage, "prompt_cache_hit_tokens"),
    )


def _whole(document: Document, at: float, heard: Utterance) -> None:
    _choice(document.get("choices"), "message", at, heard)
    _common(document, heard)


def _event(document: Document, at: float, heard: Utterance) -> None:
    heard.mark = "[DONE]"
    error = document.get("error")
    if error is not None:
        heard.fail(member(error, "code"), member(error, "message"), kind=member(error, "type"), code=member(error, "code"))
        return
    _choice(document.get("choices"), "delta", at, heard)
    _common(document, heard)


READER = AnswerReader("openai-chat", _speaks, _whole, _event, KNOWN)
