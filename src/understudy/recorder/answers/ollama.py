"""Answers of Ollama's chat and generate: a document, or lines of which the last has the counts.

Source: the server's api/types.go at fb307609, August 2026. Models that are only loaded or unloaded say nothing that is read.
"""

from __future__ import annotations

from typing import Final

import msgspec

from understudy.model.reply import Finish
from understudy.recorder.answers import AnswerReader, Document, items, member
from understudy.recorder.losses import known
from understudy.recorder.utterance import Utterance

_FINISH: Final[dict[str, Finish | None]] = {"stop": None, "length": "length"}
"""Why an answer ended; `stop` is also what ends one that calls."""

_COUNTS: Final = "prompt_eval_count eval_count total_duration load_duration prompt_eval_duration eval_duration"
_KNOWN: Final = known(
    f"created_at response thinking context done done_reason {_COUNTS}", {"message": "role content thinking tool_calls"}
)


def _speaks(dialect: str, operation: str) -> bool:
    return dialect == "ollama" and operation == "chat"


def _read(document: Document, at: float, heard: Utterance) -> None:
    if "error" in document:
        heard.fail(None, document["error"])
        return
    message = document.get("message")
    said = message if isinstance(message, dict) else document
    heard.say("reasoning", said.get("thinking"), at)
    heard.say("text", said.get("content") if said is message else document.get("response"), at)
    for call in items(said.get("tool_calls")):
        key = ("call", len(heard.parts))
        heard.call(key, member(call, "function", "name"), call.get("id"))
        heard.argue(key, msgspec.json.encode(member(call, "function", "arguments") or {}).decode(), at)
    heard.unreadable = heard.unreadable or bool(said.get("images") or document.get("logprobs"))
    if document.get("done") is True:
        reason = document.get("done_reason", "stop")
        heard.end(_FINISH.get(reason))
        heard.unreadable = heard.unreadable or reason not in _FINISH
        heard.count(prompt_tokens=document.get("prompt_eval_count"), completion_tokens=document.get("eval_count"))


READER = AnswerReader("ollama", _speaks, _read, _read, _KNOWN)
