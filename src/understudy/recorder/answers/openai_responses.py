"""Answers of OpenAI's responses.

Source: platform.openai.com, the response object and its streaming events, November 2026. Items of tools that the provider runs
itself, and answers made in the background, are not read.
"""

from __future__ import annotations

from typing import Final

from understudy.recorder.answers import AnswerReader, Document, items, member
from understudy.recorder.losses import known
from understudy.recorder.utterance import Utterance

_ECHOED: Final = (
    "background billing conversation frequency_penalty instructions max_output_tokens max_tool_calls metadata "
    "parallel_tool_calls presence_penalty previous_response_id prompt prompt_cache_key prompt_cache_retention reasoning "
    "safety_identifier store temperature text tool_choice tools top_logprobs top_p truncation user"
)
_DOCUMENT: Final = known(
    f"id object created_at completed_at status incomplete_details output_text {_ECHOED}",
    {
        "output": "type id status role phase call_id name arguments",
        "output.content": "type text annotations logprobs refusal",
        "output.summary": "type text",
        "usage": "input_tokens output_tokens total_tokens",
        "usage.input_tokens_details": "cached_tokens",
        "usage.output_tokens_details": "reasoning_tokens",
    },
    {"service_tier": ("default", "auto")},
)
_PLACED: Final = "type sequence_number item_id output_index content_index summary_index"
_PIECES: Final = "delta text part item logprobs arguments name refusal obfuscation"
KNOWN: Final = _DOCUMENT | _DOCUMENT.below("response") | known(f"{_PLACED} {_PIECES}")


def _speaks(dialect: str, operation: str) -> bool:
    return dialect == "openai_responses" and operation == "chat"


def _item(item: Document, at: float, heard: Utterance) -> None:
    """Read an item that is whole."""
    kind, key = item.get("type"), item.get("id")
    if kind == "message":
        for part in items(item.get("content")):
            heard.say("text", part.get("text"), at)
            heard.say("refusal", part.get("refusal"), at)
            heard.score(part.get("logprobs"))
            heard.unreadable = heard.unreadable or bool(part.get("annotations"))
    elif kind == "function_call":
        heard.call(key, item.get("name"), item.get("call_id"))
        heard.argue(key, item.get("arguments"), at)
    elif kind == "reasoning":
        for part in items(item.get("summary")) or items(item.get("content")):
            heard.say("reasoning", part.get("text"), at)
    else:
        heard.unreadable = True


def _response(document: Document, heard: Utterance) -> None:
    """Read what a response says beside its items."""
    heard.identifier = str(document.get("id", ""))
    status, reason = document.get("status"), member(document, "incomplete_details", "reason")
    heard.end(None if reason is None else "content_filter" if reason == "content_filter" else "length")
    heard.unreadable = heard.unreadable or status not in ("completed", "incomplete")
    usage = document.get("usage")
    heard.count(
        prompt_tokens=member(usage, "input_tokens"),
        completion_tokens=member(usage, "output_tokens"),
        reasoning_tokens=member(usage, "output_tokens_details", "reasoning_tokens"),
        cached_tokens=member(usage, "input_tokens_details", "cached_tokens"),
    )


def _whole(document: Document, at: float, heard: Utterance) -> None:
    for item in items(document.get("output")):
        _item(item, at, heard)
    _response(document, heard)


def _event(document: Document, at: float, heard: Utterance) -> None:
    kind, item = str(document.get("type")), document.get("item")
    if kind == "response.output_item.added" and isinstance(item, dict):
        if item.get("type") == "function_call":
            heard.call(item.get("id"), item.get("name"), item.get("call_id"))
        elif item.get("type") not in ("message", "reasoning"):
            heard.unreadable = True
    elif kind == "response.output_text.delta":
        heard.say("text", document.get("delta"), at)
        heard.score(document.get("logprobs"))
    elif kind == "response.refusal.delta":
        heard.say("refusal", document.get("delta"), at)
    elif kind in ("response.reasoning_summary_text.delta", "response.reasoning_text.delta"):
        heard.say("reasoning", document.get("delta"), at)
    elif kind == "response.function_call_arguments.delta":
        heard.argue(document.get("item_id"), document.get("delta"), at)
    elif kind == "response.output_text.annotation.added":
        heard.unreadable = True
    elif kind in ("response.completed", "response.incomplete"):
        _response(document.get("response") or {}, heard)
    elif kind == "error":
        error = document.get("error") or document  # as it is sent, and as it is documented
        heard.fail(None, member(error, "message"), kind=member(document, "error", "type"), code=member(error, "code"))
    elif kind == "response.failed":
        heard.unreadable = heard.failure is None


READER = AnswerReader("openai-responses", _speaks, _whole, _event, KNOWN)
