"""Answers of Anthropic's messages.

Source: docs.anthropic.com, Messages and Streaming Messages, November 2026. What only Anthropic has (citations, tools it runs
itself, hidden thinking) is not read.
"""

from __future__ import annotations

from typing import Final

import msgspec

from understudy.model.reply import Finish
from understudy.recorder.answers import AnswerReader, Document, items, member
from understudy.recorder.losses import known
from understudy.recorder.utterance import Utterance

_FINISH: Final[dict[str, Finish]] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}

_BLOCK: Final = known("type text thinking id name input citations")
_MESSAGE: Final = _BLOCK.below("content") | known(
    "id type role stop_reason stop_sequence",
    {
        "usage": "input_tokens output_tokens cache_read_input_tokens cache_creation",
        "usage.output_tokens_details": "thinking_tokens",
    },
    {"usage.service_tier": ("standard",), "usage.inference_geo": ("global", "not_available")},
)
KNOWN: Final = (
    _MESSAGE
    | _MESSAGE.below("message")
    | _BLOCK.below("content_block")
    | known("index", {"delta": "type text thinking partial_json citation stop_reason stop_sequence"})
)


def _speaks(dialect: str, operation: str) -> bool:
    return dialect == "anthropic" and operation == "chat"


def _block(key: object, block: Document, at: float, heard: Utterance) -> None:
    kind = block.get("type")
    if kind == "text":
        heard.say("text", block.get("text"), at, key)
        heard.unreadable = heard.unreadable or bool(block.get("citations"))
    elif kind == "thinking":
        heard.say("reasoning", block.get("thinking"), at, key)
    elif kind == "tool_use":
        heard.call(key, block.get("name"), block.get("id"))
        if block.get("input"):
            heard.argue(key, msgspec.json.encode(block["input"]).decode(), at)
    else:
        heard.unreadable = True


def _ended(said: object, heard: Utterance) -> None:
    reason = member(said, "stop_reason")
    if isinstance(reason, str):
        heard.end(_FINISH.get(reason))
        heard.unreadable = heard.unreadable or reason not in _FINISH
    if reason == "stop_sequence":
        heard.stop = member(said, "stop_sequence") or ""


def _count(usage: object, heard: Utterance) -> None:
    """Count what is billed as input, whether it came from a cache or not."""
    given = [member(usage, name) for name in ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")]
    if isinstance(given[0], int):
        heard.count(prompt_tokens=sum(count for count in given if isinstance(count, int)), cached_tokens=given[1] or None)
    thought = member(usage, "output_tokens_details", "thinking_tokens")
    heard.count(completion_tokens=member(usage, "output_tokens"), reasoning_tokens=thought)


def _whole(document: Document, at: float, heard: Utterance) -> None:
    heard.identifier = str(document.get("id", ""))
    for place, block in enumerate(items(document.get("content"))):
        _block(place, block, at, heard)
    _ended(document, heard)
    _count(document.get("usage"), heard)


def _event(document: Document, at: float, heard: Utterance) -> None:
    kind, key, heard.mark = document.get("type"), document.get("index"), "message_stop"
    if kind == "message_start":
        _whole(document.get("message") or {}, at, heard)
    elif kind == "content_block_start":
        _block(key, document.get("content_block") or {}, at, heard)
    elif kind == "content_block_delta":
        delta = document.get("delta")
        heard.say("text", member(delta, "text"), at, key)
        heard.say("reasoning", member(delta, "thinking"), at, key)
        heard.argue(key, member(delta, "partial_json"), at)
        heard.unreadable = heard.unreadable or member(delta, "type") == "citations_delta"
    elif kind == "message_delta":
        _ended(document.get("delta"), heard)
        _count(document.get("usage"), heard)
    elif kind == "error":
        heard.fail(None, member(document, "error", "message"), kind=member(document, "error", "type"))


READER = AnswerReader("anthropic", _speaks, _whole, _event, KNOWN)
