"""Answers of Cohere's v2 chat: a document, or named events.

Source: docs.cohere.com, Chat and Chat with streaming, November 2026. A plan of tool calls is text. Citations are not read.
"""

from __future__ import annotations

from typing import Final

from understudy.model.reply import Finish
from understudy.recorder.answers import AnswerReader, Document, items, member
from understudy.recorder.losses import known
from understudy.recorder.utterance import Utterance

_FINISH: Final[dict[str, Finish]] = {
    "COMPLETE": "stop",
    "STOP_SEQUENCE": "stop",
    "MAX_TOKENS": "length",
    "TOOL_CALL": "tool_calls",
    "ERROR": "content_filter",
}

_ANSWER: Final = known(
    "finish_reason error",
    {
        "message": "role content tool_plan tool_calls citations",
        "usage": "billed_units cached_tokens",
        "usage.tokens": "input_tokens output_tokens",
    },
)
_KNOWN: Final = _ANSWER | _ANSWER.below("delta") | known("id type index")


def _speaks(dialect: str, operation: str) -> bool:
    return dialect == "cohere" and operation == "chat"


def _content(content: object, at: float, heard: Utterance) -> None:
    heard.say("reasoning", member(content, "thinking"), at)
    heard.say("text", member(content, "text"), at)


def _call(call: object, key: object, at: float, heard: Utterance) -> None:
    heard.call(key, member(call, "function", "name"), member(call, "id"))
    heard.argue(key, member(call, "function", "arguments"), at)


def _ended(said: object, heard: Utterance) -> None:
    reason, error = member(said, "finish_reason"), member(said, "error")
    if error is not None:
        heard.fail(None, error)
    elif isinstance(reason, str):
        heard.end(_FINISH.get(reason))
        heard.unreadable = heard.unreadable or reason not in _FINISH
        heard.stop = "" if reason == "STOP_SEQUENCE" else None
    usage = member(said, "usage")
    counts = member(usage, "tokens") or member(usage, "billed_units")
    billed = member(usage, "billed_units", "input_tokens")
    if billed and billed != member(counts, "input_tokens"):
        heard.lost["usage.billed_units.input_tokens"] = None
    heard.count(
        prompt_tokens=member(counts, "input_tokens"),
        completion_tokens=member(counts, "output_tokens"),
        cached_tokens=member(usage, "cached_tokens"),
    )


def _whole(document: Document, at: float, heard: Utterance) -> None:
    heard.identifier = str(document.get("id", ""))
    message = document.get("message")
    for content in items(member(message, "content")):
        _content(content, at, heard)
    heard.say("text", member(message, "tool_plan"), at)
    for place, call in enumerate(items(member(message, "tool_calls"))):
        _call(call, ("call", place), at, heard)
    heard.unreadable = heard.unreadable or bool(member(message, "citations") or document.get("logprobs"))
    _ended(document, heard)


def _event(document: Document, at: float, heard: Utterance) -> None:
    heard.unreadable = heard.unreadable or bool(document.get("logprobs"))
    kind, message = document.get("type"), member(document, "delta", "message")
    if kind == "message-start":
        heard.identifier = str(document.get("id", ""))
    elif kind in ("content-start", "content-delta"):
        _content(member(message, "content"), at, heard)
    elif kind == "tool-plan-delta":
        heard.say("text", member(message, "tool_plan"), at)
    elif kind in ("tool-call-start", "tool-call-delta"):
        _call(member(message, "tool_calls"), ("call", document.get("index")), at, heard)
    elif kind == "message-end":
        _ended(document.get("delta"), heard)
    elif kind not in ("content-end", "tool-call-end"):
        heard.unreadable = True


READER = AnswerReader("cohere", _speaks, _whole, _event, _KNOWN)
