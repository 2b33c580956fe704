"""Answers of Text Generation Inference: its own form, a text or the tokens of one, and OpenAI's chat completions.

Source: huggingface.co/docs/text-generation-inference, the API of version 3, November 2026.
"""

from __future__ import annotations

from typing import Final

from understudy.model.reply import Finish
from understudy.recorder.answers import AnswerReader, Document, member, openai_chat
from understudy.recorder.losses import known
from understudy.recorder.utterance import Utterance

_FINISH: Final[dict[str, Finish]] = {"eos_token": "stop", "stop_sequence": "stop", "length": "length"}

_ONE: Final = "id text special"
_KNOWN: Final = openai_chat.KNOWN | known(
    "index generated_text",
    {
        "details": "finish_reason generated_tokens seed input_length best_of_sequences",
        "details.tokens": _ONE,
        "token": _ONE,
    },
)


def _speaks(dialect: str, operation: str) -> bool:
    return dialect == "tgi" and operation in ("chat", "completion")


def _ended(document: Document, heard: Utterance) -> None:
    details = document.get("details")
    reason = member(details, "finish_reason")
    if reason is not None or document.get("generated_text") is not None:
        heard.end(_FINISH.get(str(reason), heard.finish))
        heard.stop = "" if reason == "stop_sequence" else None
    heard.count(prompt_tokens=member(details, "input_length"), completion_tokens=member(details, "generated_tokens"))


def _whole(document: Document, at: float, heard: Utterance) -> None:
    if "generated_text" not in document:
        openai_chat.READER.whole(document, at, heard)
        heard.unreadable = heard.unreadable or bool(heard.odds)
        return
    heard.say("text", document["generated_text"], at)
    heard.unreadable = heard.unreadable or bool(member(document, "details", "best_of_sequences"))
    _ended(document, heard)


def _event(document: Document, at: float, heard: Utterance) -> None:
    token = document.get("token")
    if isinstance(document.get("error"), str):
        heard.fail(None, document["error"], kind=document.get("error_type"))
    elif not isinstance(token, dict):
        openai_chat.READER.event(document, at, heard)
        heard.unreadable = heard.unreadable or bool(heard.odds)
    else:
        if not token.get("special"):
            heard.say("text", token.get("text"), at)
        _ended(document, heard)


READER = AnswerReader("tgi", _speaks, _whole, _event, _KNOWN)
