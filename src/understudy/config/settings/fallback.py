"""The value of `reply`: what answers when no rule matches."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from understudy.config.values import Kind, text


class Fallback(Struct, frozen=True):
    """What answers when no rule matches: a text, the prompt itself, generated text, or an error that explains the miss."""

    mode: Literal["text", "echo", "generate", "error"]
    text: str = ""


def _fallback(value: object) -> Fallback:
    match value:
        case "echo" | "generate" | "error":
            return Fallback(value)
        case {"text": written} if isinstance(value, dict) and len(value) == 1:
            return Fallback("text", text(written))
        case _:
            return Fallback("text", text(value))


def _show(value: Fallback) -> str:
    return value.text if value.mode == "text" else value.mode


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
    show=_show,
)
