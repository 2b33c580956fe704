"""What a response in the foreground leaves behind, once it is known how its answer went.

A stream that the provider broke off leaves a failed response. Where the connection broke, the service stops what it has not
made yet: nothing is kept. What was made by then is kept as it is, but a conversation gets only what was streamed to its end
(openai-node issue 2571, 2026-09; guide to the background mode: "terminate the connection" cancels; docs/howto/responses.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct, structs

from understudy.dialects import Making
from understudy.dialects.openai_responses.grammar import GRAMMAR, failed, failed_response, has_ended, number
from understudy.dialects.openai_responses.kept import KeptResponse, as_begun, find_response, keep_response, steps
from understudy.dialects.openai_responses.kept_conversations import end_run
from understudy.dialects.openai_responses.wishes import Json
from understudy.model.frame import Grammar
from understudy.model.ports import Agent, Store


class Left(Protocol):
    """What a response comes to."""

    def document(self) -> Json:
        """Make its document at the beginning."""
        ...

    def response(self) -> KeptResponse:
        """Make all of it."""
        ...

    def keep(self, store: Store) -> None:
        """Keep it as it is at its end."""
        ...


class Whole(Struct):
    """A response that was made anew, and its document at the beginning."""

    found: KeptResponse
    begun: Json

    def document(self) -> Json:
        """Give its document at the beginning."""
        return self.begun

    def response(self) -> KeptResponse:
        """Give all of it."""
        return self.found

    def keep(self, store: Store) -> None:
        """Keep it as it is at its end."""
        keep_response(store, self.found)


class Leaving(Struct):
    """A response that is being answered.

    Attributes:
        left: what it comes to.
        identifier: its name.
        store: where it is kept.
        agent: who knows the time.
        making: whether an engine has made it.
        stores: whether it is to be kept.
        conversation: the one it belongs to, None when there is none.
        over: says at which unix time all of a stream has been made, unless an engine makes it; None of a whole answer, which is
            made before it is sent.
    """

    left: Left
    identifier: str
    store: Store
    agent: Agent
    making: Making | None
    stores: bool
    conversation: str | None
    over: Callable[[], float] | None
    failure: Json | None = None

    @property
    def grammar(self) -> Grammar:
        """The grammar of its stream, which notices when that fails."""
        return structs.replace(GRAMMAR, failed=self._failed)

    def settle(self, outcome: str) -> None:
        """Keep what there is to keep, and let its conversation go on whatever becomes of that."""
        now = self.agent.wall()
        added: list[Json] = []
        try:
            added = self._leave(outcome, now)
        finally:
            if self.conversation is not None:
                end_run(self.store, self.conversation, self.identifier, added, now)

    def _leave(self, outcome: str, now: float) -> list[Json]:
        """Keep the response, if it is to be kept; give what its conversation gets."""
        is_made = self._is_made(outcome, now)
        if self.failure is not None:
            if self.stores:
                response = self.left.response()
                response.document = self.failure
                keep_response(self.store, response)
            return []
        added: list[Json] = []
        if self.conversation is not None and (outcome == "done" or (is_made and self.over is None)):
            added = self.left.response().said(now)
        if self.stores and is_made:
            self.left.keep(self.store)
        return added

    def _is_made(self, outcome: str, now: float) -> bool:
        if outcome == "done":
            return True
        if self.over is None:  # who leaves before a whole answer comes has cancelled it; who is cut off while it comes has not
            return outcome != "client_gone"
        made = None if self.making is None else self.making.made
        return now >= self.over() if made is None else made()

    def _failed(self, first: bytes, last: bytes, error: bytes) -> bytes:
        if not has_ended(last):
            self.failure = failed_response(self.left.document(), error)
        return failed(first, last, error)


def failing_in_background(identifier: str, store: Store, agent: Agent) -> Grammar:
    """The grammar of the stream that a response in the background is made with: when that fails, so does the response."""

    def fail(first: bytes, last: bytes, error: bytes) -> bytes:
        data, now = failed(first, last, error), agent.wall()
        made = find_response(store, identifier, now)
        if made is not None and made.cancelled is None and not has_ended(last):
            before = number(last)
            told = made.steps[: 0 if before is None else before + 1]
            rest = steps([max(0.0, now - made.begun)])[0] - sum(told)
            document = failed_response(as_begun(made.document, "queued"), error)
            failing = structs.replace(made, document=document, whole=made.document, ending=data, steps=[*told, max(0, rest)])
            keep_response(store, failing)
        return data

    return structs.replace(GRAMMAR, failed=fail)
