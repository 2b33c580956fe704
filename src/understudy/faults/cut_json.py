"""The text ends in its middle, as at the limit of tokens: JSON that is cut is no JSON."""

from __future__ import annotations

from typing import ClassVar

from understudy.faults import Striking
from understudy.faults._meaning import Meaning, retold
from understudy.model.reply import Reply


class CutJson(Meaning, frozen=True):
    """Send the first half of the text, JSON or not, and finish for want of tokens."""

    name: ClassVar[str] = "cut-json"
    help: ClassVar[str] = "the text is cut in its middle, with the finish reason for a reached limit"
    places: ClassVar[tuple[str, ...]] = ()

    def mean(self, reply: Reply, context: Striking) -> Reply:
        """Cut the text."""
        del context
        text = reply.text
        return retold(reply, text[: (len(text) + 1) // 2], "length") if text else reply


FAULT = CutJson
