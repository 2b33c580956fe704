"""Lines of Ollama's streams, read and changed from outside: see `model.frame.Grammar`."""

from __future__ import annotations

import msgspec

from understudy.dialects._spoken import Document, Place, decoded, grammar
from understudy.model.frame import Part

_USAGE = ("total_duration", "load_duration", "prompt_eval_count", "prompt_eval_duration", "eval_count", "eval_duration")


def _write(document: Document) -> bytes:
    return msgspec.json.encode(document) + b"\n"


def _spoken(document: Document) -> Place | None:
    message = document.get("message")
    places = [(document, "response"), (document, "thinking")]
    if isinstance(message, dict):
        places += [(message, "content"), (message, "thinking")]
    return next(((holder, member) for holder, member in places if holder.get(member)), None)


def _without(document: Document | None, part: Part) -> Document | bool | None:
    if document is None or not document.get("done"):
        return True
    match part:
        case "done":
            return None
        case "usage":
            return {name: value for name, value in document.items() if name not in _USAGE}
        case "finish":
            return {name: value for name, value in document.items() if name != "done_reason"}


GRAMMAR = grammar(decoded, _write, _spoken, _without)
