"""The model is caught in its last sentence."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

from msgspec import Meta

from understudy.faults import Striking
from understudy.faults._meaning import TextMeaning

_LAST = re.compile(r"(?:(?<=[.!?])\s+|\n+)(?=\S)")


class Repetition(TextMeaning, frozen=True):
    """Say the last sentence of the text `times` times (20) in all; the limit of the request cuts it as any text."""

    name: ClassVar[str] = "repetition"
    help: ClassVar[str] = "the last sentence of the text comes `times` times (20)"
    places: ClassVar[tuple[str, ...]] = ()
    times: Annotated[int, Meta(ge=2, le=10_000)] = 20

    def retell(self, text: str, context: Striking) -> str:
        """Repeat the last sentence."""
        del context
        last = _LAST.split(text.rstrip())[-1].strip()
        return text.rstrip() + f" {last}" * (self.times - 1)


FAULT = Repetition
