"""Answers of Bedrock's runtime: Converse, and what Invoke answers in the forms of the models it hosts.

Source: AWS API Reference, Bedrock Runtime, November 2026, and recorded traffic (Titan, Llama, Mistral). The form is told by the
members of a document. What guardrails change, and what only one vendor's models say, is not read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from understudy.model.reply import Finish
from understudy.recorder.answers import AnswerReader, Document, anthropic, items, member, openai_chat
from understudy.recorder.losses import known
from understudy.recorder.utterance import Utterance

Form = Callable[[Document, float, Utterance], None]

_FINISH: Final[dict[str, Finish]] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "tool_use": "tool_calls",
    "content_filtered": "content_filter",
    # Titan, Llama and Mistral
    "FINISH": "stop",
    "STOP_CRITERIA_MET": "stop",
    "LENGTH": "length",
    "CONTENT_FILTERED": "content_filter",
    "stop": "stop",
    "length": "length",
}
_STOPPED: Final = ("stop_sequence", "STOP_CRITERIA_MET")
_PLAIN: Final = ("results", "outputText", "generation", "outputs")
_METRICS: Final = "amazon-bedrock-invocationMetrics"
_READ: Final = frozenset({"text", "toolUse", "reasoningContent"})

_COUNTS: Final = "inputTokens outputTokens totalTokens cacheReadInputTokens cacheReadInputTokenCount serverToolUsage"
_USUAL: Final = {"performanceConfig.latency": ("standard",), "serviceTier.type": ("default",)}
_CONVERSE: Final = known("metrics", {"usage": _COUNTS}, _USUAL)
_KNOWN: Final = (
    openai_chat.KNOWN
    | anthropic.KNOWN
    | _CONVERSE
    | _CONVERSE.below("metadata")
    | known(
        f"model stopReason inputTextTokenCount outputText completionReason tokenCount totalOutputTextTokenCount generation "
        f"prompt_token_count generation_token_count {_METRICS}",
        {
            "message": "model",
            "output.message": "role",
            "output.message.content": "text toolUse",
            "output.message.content.reasoningContent": "redactedContent",
            "output.message.content.reasoningContent.reasoningText": "text",
            "messageStart": "role p",
            "messageStop": "stopReason p",
            "contentBlockStart": "start contentBlockIndex p",
            "contentBlockDelta": "contentBlockIndex p",
            "contentBlockDelta.delta": "text toolUse",
            "contentBlockDelta.delta.reasoningContent": "text redactedContent",
            "contentBlockStop": "contentBlockIndex p",
            "metadata": "p",
            "results": "outputText completionReason tokenCount",
            "outputs": "text stop_reason",
        },
    )
)


def _speaks(dialect: str, operation: str) -> bool:
    return dialect == "bedrock" and operation == "chat"


def _ended(reason: object, heard: Utterance) -> None:
    if isinstance(reason, str):
        heard.end(_FINISH.get(reason))
        heard.unreadable = heard.unreadable or reason not in _FINISH
        heard.stop = "" if reason in _STOPPED else heard.stop


def _count(usage: object, heard: Utterance) -> None:
    """Count what a cache held as part of the prompt; Nova has names of its own for it."""
    fresh = member(usage, "inputTokens")
    read = member(usage, "cacheReadInputTokens") or member(usage, "cacheReadInputTokenCount") or 0
    made = member(usage, "cacheWriteInputTokens") or member(usage, "cacheWriteInputTokenCount") or 0
    if isinstance(fresh, int):
        heard.count(prompt_tokens=fresh + read + made, cached_tokens=read or None)
    heard.count(completion_tokens=member(usage, "outputTokens"))


def _converse(document: Document, at: float, heard: Utterance) -> None:
    for key, block in enumerate(items(member(document, "output", "message", "content"))):
        called = block.get("toolUse")
        heard.say("text", block.get("text"), at, key)
        heard.say("reasoning", member(block, "reasoningContent", "reasoningText", "text"), at, key)
        if isinstance(called, dict):
            heard.call(key, called.get("name"), called.get("toolUseId"))
            heard.argue(key, msgspec.json.encode(called.get("input") or {}).decode(), at)
        is_hidden = member(block, "reasoningContent", "redactedContent") is not None
        heard.unreadable = heard.unreadable or is_hidden or not block.keys() <= _READ
    _ended(document.get("stopReason"), heard)
    _count(document.get("usage"), heard)


def _conversing(document: Document, at: float, heard: Utterance) -> None:
    """Read an event of Converse, which stands under its type here."""
    for kind, event in document.items():
        key = member(event, "contentBlockIndex")
        if kind == "contentBlockStart":
            called = member(event, "start", "toolUse")
            heard.call(key, member(called, "name"), member(called, "toolUseId"))
        elif kind == "contentBlockDelta":
            delta = member(event, "delta")
            heard.say("text", member(delta, "text"), at, key)
            heard.say("reasoning", member(delta, "reasoningContent", "text"), at, key)
            heard.argue(key, member(delta, "toolUse", "input"), at)
            is_hidden = member(delta, "reasoningContent", "redactedContent") is not None
            heard.unreadable = heard.unreadable or is_hidden or not (delta or {}).keys() <= _READ
        elif kind == "messageStop":
            _ended(member(event, "stopReason"), heard)
        elif kind == "metadata":
            _count(member(event, "usage"), heard)
        elif kind not in ("messageStart", "contentBlockStop", _METRICS):
            heard.unreadable = True


def _plain(document: Document, at: float, heard: Utterance) -> None:
    """Read the forms that are text and little else, whole or a piece of it."""
    said = [*items(document.get("results")), *items(document.get("outputs"))] or [document]
    heard.unreadable = heard.unreadable or len(said) > 1
    for one in said[:1]:
        for name in ("outputText", "generation", "text"):
            heard.say("text", one.get(name), at)
        _ended(one.get("completionReason") or one.get("stop_reason"), heard)
        heard.count(completion_tokens=one.get("tokenCount"))
    for name in ("inputTextTokenCount", "prompt_token_count"):
        heard.count(prompt_tokens=document.get(name))
    for name in ("totalOutputTextTokenCount", "generation_token_count"):
        heard.count(completion_tokens=document.get(name))


def _told(document: Document, at: float, heard: Utterance, other: Form) -> None:
    metrics, is_plain = document.get(_METRICS), any(name in document for name in _PLAIN)
    if "exception" in document:
        name = str(document["exception"])
        heard.fail(None, document.get("message"), kind=name[:1].upper() + name[1:])
    elif is_plain:
        _plain(document, at, heard)
    else:
        other(document, at, heard)
    heard.unreadable = heard.unreadable or bool(heard.odds)
    if metrics is not None and (is_plain or not heard.usage):  # a plain form counts what was said so far
        heard.count(prompt_tokens=member(metrics, "inputTokenCount"), completion_tokens=member(metrics, "outputTokenCount"))


def _whole(document: Document, at: float, heard: Utterance) -> None:
    form: Form = _converse
    if "choices" in document:
        form = openai_chat.READER.whole
    elif document.get("type") == "message":
        form = anthropic.READER.whole
    _told(document, at, heard, form)


def _event(document: Document, at: float, heard: Utterance) -> None:
    form: Form = _conversing
    if "choices" in document:
        form = openai_chat.READER.event
    elif "type" in document:
        form = anthropic.READER.event
    _told(document, at, heard, form)


READER = AnswerReader("bedrock", _speaks, _whole, _event, _KNOWN)
