"""The prompt is too long: the error names the tokens it was counted to have."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from understudy.faults import Fault, Striking
from understudy.model.reply import Failure, Reply


class ContextLength(Fault, frozen=True):
    """Refuse prompts of more than `limit` tokens; without it every prompt, by the next lower power of two.

    What has no prompt, as a list of models, is answered.
    """

    name: ClassVar[str] = "context_length"
    help: ClassVar[str] = "400 context_length_exceeded with the prompt's true count, if it has more than `limit` tokens"
    places: ClassVar[tuple[str, ...]] = ()
    limit: Annotated[int, Meta(ge=1, le=10**9)] | None = None
    message: str | None = None

    def on_reply(self, reply: Reply, context: Striking) -> Reply:
        """Replace the reply by the error, unless the prompt fits."""
        tokens = context.prompt_tokens
        limit = self.limit if self.limit is not None else 1 << (tokens - 1).bit_length() >> 1 if tokens > 1 else 0
        if tokens <= limit:
            return reply
        operation = context.call.operation
        return Reply(failure=Failure(400, "context_length", self.message, counts=(limit, tokens), subject=operation))


FAULT = ContextLength
