"""The model declines."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from understudy.faults import Striking
from understudy.faults._meaning import Meaning
from understudy.model.reply import Refused, Reply


class Refusal(Meaning, frozen=True):
    """Refuse instead of answering, in the provider's form of a refusal; `text` is what is said (a sentence of regret)."""

    name: ClassVar[str] = "refusal"
    help: ClassVar[str] = "the model declines: `text` says so"
    places: ClassVar[tuple[str, ...]] = ()
    text: Annotated[str, Meta(min_length=1)] = "I'm sorry, but I can't help with that."

    def mean(self, reply: Reply, context: Striking) -> Reply:
        """Say the refusal only."""
        del context
        return Reply((Refused(self.text),), headers=reply.headers)


FAULT = Refusal
