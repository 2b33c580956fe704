"""The value of `reply`: what answers when no rule matches."""

from __future__ import annotations

import re
from typing import Final, Literal

from msgspec import Struct

from understudy.config.source import parse
from understudy.config.values import TEXT, Kind, Misfit, PartsError, text

_WORDS: Final = ("echo", "generate", "error")
_IN_BRACES: Final = re.compile(r"""\s*\{\s*(text|'text'|"text")\s*:""")


class Fallback(Struct, frozen=True):
    """What answers when no rule matches: a text, the prompt itself, generated text, or an error that explains the miss."""

    mode: Literal["text", "echo", "generate", "error"]
    text: str = ""


def _fallback(value: object) -> Fallback:
    match value:
        case "echo" | "generate" | "error":
            return Fallback(value)
        case {"text": written} if isinstance(value, dict) and len(value) == 1:
            if not TEXT.takes(written):
                raise PartsError(Misfit(("text",), TEXT, written))
            return Fallback("text", text(written))
        case _:
            return Fallback("text", text(value))


def _as_written(given: str) -> object:
    """Take the text of a flag: `{text: ...}` is the mapping it is in a script, whatever else begins with a brace is a text."""
    document = parse(given, "") if _IN_BRACES.match(given) else None
    fits = document and not document.problems and isinstance(document.data, dict) and document.data.keys() == {"text"}
    return document.data if document and fits else given


def _show(value: Fallback) -> str:
    if value.mode != "text":
        return value.mode
    ambiguous = value.text in _WORDS or _as_written(value.text) != value.text
    if not ambiguous:
        return value.text
    escaped = value.text.encode("unicode_escape").decode("ascii").replace('"', '\\"')  # as YAML escapes
    return f'{{text: "{escaped}"}}'


_LITERAL_TEXT = {
    "type": "object",
    "properties": {"text": {"type": "string"}},
    "required": ["text"],
    "additionalProperties": False,
}

FALLBACK = Kind(
    "echo, generate, error, a text, or {text: ...} for a text that is one of these words",
    _fallback,
    {"anyOf": [{"type": "string"}, _LITERAL_TEXT]},
    "TEXT|echo|generate|error",
    _as_written,
    _show,
)
