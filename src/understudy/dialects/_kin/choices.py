"""The choices in the chunks of a family's stream, before the provider amends them.

In: what is said, and its place. Out: documents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from understudy.dialects._kin.kin import Document, Kind, Place

Choice = Callable[[str, int], Document]
"""Makes a choice of a piece of text and its place."""


class Span(Struct):
    """Chunks of one choice that differ in their text alone: `make` writes the choice of each by that and its place.

    `number` is that of the first, `before` what was said last before it in its choice; `introduces` puts the role into it.
    `texts` are what they say; `is_steady` that they say nothing else that differs. `end` is the place of the one that ends the
    choice, because of `finish`.
    """

    place: Place
    index: int
    kind: Kind
    make: Choice
    number: int
    before: Kind
    introduces: bool
    texts: Sequence[str] = ("",)
    is_steady: bool = False
    end: int = -1
    finish: str = ""

    def choice(self, text: str, at: int) -> Document:
        found = self.make(text, at)
        if self.introduces and not at:
            found["delta"]["role"] = "assistant"
        if at == self.end:
            found["finish_reason"] = self.finish
        return found


def saying(index: int, delta: Document) -> Document:
    """Say something in a chat."""
    return {"index": index, "delta": delta, "logprobs": None, "finish_reason": None}


def continuing(index: int, names: Sequence[str], text: str, _at: int) -> Document:
    """Say more of a text or a thought in a chat."""
    return saying(index, dict.fromkeys(names, text))


def arguing(index: int, position: int, text: str, _at: int) -> Document:
    """Say more of the arguments of a tool call."""
    return saying(index, {"tool_calls": [{"index": position, "function": {"arguments": text}}]})


def completing(index: int, text: str, _at: int) -> Document:
    """Say more of a text completion."""
    return {"index": index, "text": text, "logprobs": None, "finish_reason": None}


def calling(index: int, wires: Sequence[Callable[[], Document]], *_: Any) -> Document:
    """Say whole tool calls."""
    return saying(index, {"tool_calls": [wire() for wire in wires]})


def opening(index: int, wire: Callable[[], Document], *_: Any) -> Document:
    """Open a call, whose arguments follow."""
    found = wire()
    return saying(index, {"tool_calls": [{**found, "function": {**found["function"], "arguments": ""}}]})


def closing(index: int, finish: str, *_: Any, is_chat: bool) -> Document:
    """Say nothing but why a choice ended."""
    end: Document = saying(index, {}) if is_chat else {"index": index, "text": "", "logprobs": None}
    return {**end, "finish_reason": finish}


def with_odds(choice: Choice, odds: Callable[[int], Document], first: int) -> Choice:
    """Make choices tell their probabilities, the first of them those of that place."""
    return lambda text, at: {**choice(text, at), "logprobs": odds(first + at)}
