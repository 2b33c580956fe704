"""JSON comes in a markdown fence, although nothing but JSON was wanted."""

from __future__ import annotations

from typing import ClassVar

from understudy.faults import Striking
from understudy.faults._meaning import TextMeaning, document


class FencedJson(TextMeaning, frozen=True):
    """Put a text that is a JSON object or list into a markdown fence; any other text is left alone."""

    name: ClassVar[str] = "fenced-json"
    help: ClassVar[str] = "JSON text comes in a markdown fence"
    places: ClassVar[tuple[str, ...]] = ()

    def retell(self, text: str, context: Striking) -> str:
        """Put JSON into a fence."""
        del context
        if document(text) is None:
            return text
        return f"```json\n{text}\n```"


FAULT = FencedJson
