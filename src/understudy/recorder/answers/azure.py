"""Answers of Azure OpenAI: chats, completions and responses, which are OpenAI's with more beside them.

Source: learn.microsoft.com, Azure OpenAI reference, November 2026. What the content filter thinks of an answer is passed over
unless it stopped it.
"""

from __future__ import annotations

from typing import Final

from understudy.recorder.answers import AnswerReader, Document, openai_chat, openai_responses
from understudy.recorder.losses import known
from understudy.recorder.utterance import Utterance

_FILTERED: Final = "content_filter_results content_filter_offsets content_filter_result content_filter_raw"
KNOWN: Final = (
    openai_chat.KNOWN
    | openai_responses.KNOWN
    | known("prompt_filter_results content_filters", {"choices": _FILTERED, "response": "content_filters"})
)


def _speaks(dialect: str, operation: str) -> bool:
    return dialect == "azure" and operation in ("chat", "completion")


def _whole(document: Document, at: float, heard: Utterance) -> None:
    reader = openai_responses if document.get("object") == "response" else openai_chat
    reader.READER.whole(document, at, heard)


def _event(document: Document, at: float, heard: Utterance) -> None:
    reader = openai_responses if "type" in document else openai_chat
    reader.READER.event(document, at, heard)


READER = AnswerReader("azure", _speaks, _whole, _event, KNOWN)
