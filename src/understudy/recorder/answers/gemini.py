"""Answers of the Gemini API and of Vertex AI: a document, or chunks that are such documents, as events or in one array.

Source: ai.google.dev, GenerateContentResponse, November 2026. Tools the provider runs itself, pictures and sources named are
not read; why the safety system stopped an answer is read as a refusal.
"""

from __future__ import annotations

from typing import Final

import msgspec

from understudy.model.reply import Finish
from understudy.recorder.answers import AnswerReader, Document, items, member
from understudy.recorder.losses import known
from understudy.recorder.utterance import Utterance

_FINISH: Final[dict[str, Finish | None]] = {"STOP": None, "MAX_TOKENS": "length", "SAFETY": "content_filter"}
"""Why an answer ended; `STOP` is also what ends one that calls."""

_SAID: Final = frozenset({"text", "thought", "thoughtSignature", "functionCall"})
_BESIDE: Final = ("groundingMetadata", "citationMetadata", "urlContextMetadata", "groundingAttributions", "logprobsResult")
_COUNTS: Final = "promptTokenCount candidatesTokenCount totalTokenCount thoughtsTokenCount cachedContentTokenCount"
_KNOWN: Final = known(
    "responseId createTime",
    {
        "candidates": "finishReason finishMessage index tokenCount",
        "candidates.content": "role",
        "candidates.content.parts": "text thought functionCall",
        "usageMetadata": f"{_COUNTS} promptTokensDetails candidatesTokensDetails cacheTokensDetails",
        "promptFeedback": "blockReason",
    },
    {"usageMetadata.serviceTier": ("standard",), "usageMetadata.trafficType": ("ON_DEMAND",)},
)


def _speaks(dialect: str, operation: str) -> bool:
    return dialect == "gemini" and operation == "chat"


def _part(part: Document, at: float, heard: Utterance) -> None:
    called = part.get("functionCall")
    heard.unreadable = heard.unreadable or not part.keys() <= _SAID
    heard.say("reasoning" if part.get("thought") is True else "text", part.get("text"), at)
    if isinstance(called, dict):
        key = ("call", len(heard.parts))
        heard.call(key, called.get("name"), called.get("id"))
        heard.argue(key, msgspec.json.encode(called.get("args") or {}).decode(), at)


def _candidate(candidate: Document, at: float, heard: Utterance) -> None:
    for part in items(member(candidate, "content", "parts")):
        _part(part, at, heard)
    reason = candidate.get("finishReason")
    if isinstance(reason, str):
        heard.end(_FINISH.get(reason))
        if heard.finish == "content_filter":
            heard.say("refusal", candidate.get("finishMessage"), at)
    is_odd = any(candidate.get(name) for name in _BESIDE) or candidate.get("index", 0) != 0
    heard.unreadable = heard.unreadable or is_odd or (reason is not None and reason not in _FINISH)


def _count(usage: object, heard: Utterance) -> None:
    """Count what was thought as part of what was said, which members of zero are left out of."""
    prompt, said, thought = (member(usage, name) for name in ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount"))
    heard.count(prompt_tokens=prompt, reasoning_tokens=thought, cached_tokens=member(usage, "cachedContentTokenCount"))
    if isinstance(prompt, int):
        heard.count(completion_tokens=(said or 0) + (thought or 0))


def _read(document: Document, at: float, heard: Utterance) -> None:
    heard.identifier = str(document.get("responseId") or heard.identifier)
    error = document.get("error")
    if isinstance(error, dict):
        heard.fail(error.get("code"), error.get("message"), kind=error.get("status"))
    if member(document, "promptFeedback", "blockReason") is not None:
        is_plain = document["promptFeedback"] == {"blockReason": "SAFETY"} and not document.get("candidates")
        heard.block() if is_plain else heard.give_up()
        if member(document, "usageMetadata", "promptTokenCount"):
            heard.lost["usageMetadata.promptTokenCount"] = None
    for candidate in items(document.get("candidates")):
        _candidate(candidate, at, heard)
    _count(document.get("usageMetadata"), heard)


READER = AnswerReader("gemini", _speaks, _read, _read, _KNOWN)
