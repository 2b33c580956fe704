"""Responses and conversations as they are kept, and what they are at a moment.

A response made in the background is kept whole, with the moments its events are due: what it is now is a function of the time.
Both are kept under the part of their identifier that they share with their items, so that a reference to an item finds it.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects.openai_responses.names import shared
from understudy.dialects.openai_responses.wishes import Json
from understudy.model.ports import Store

QUEUED = 2  # events that come before a response made in the background leaves the queue
_RESPONSES, _CONVERSATIONS = "response", "conversation"
_LONGEST_CHAIN = 10_000


class KeptResponse(Struct):
    """A response.

    `document` is what it ends as, `given` its own input. Of a response made in the background `events` are those of its stream,
    `due` the seconds after `begun` (unix time) at which each is due, and `cancelled` the moment that somebody stopped it.
    """

    document: Json
    given: list[Json]
    begun: float = 0.0
    events: list[bytes] = []
    due: list[float] = []
    cancelled: float | None = None

    @property
    def background(self) -> bool:
        """Say whether it was made in the background."""
        return bool(self.events)

    def passed(self, wall: float) -> int:
        """How many events were due by that time."""
        if self.cancelled is not None:
            wall = min(wall, self.cancelled)
        return bisect_right(self.due, wall - self.begun)

    def is_over(self, wall: float) -> bool:
        """Say whether nothing more will happen to it."""
        return self.cancelled is not None or self.passed(wall) == len(self.due)

    def at(self, wall: float) -> Json:
        """The document at that time."""
        if not self.background or (self.cancelled is None and self.is_over(wall)):
            return self.document
        going_on = "in_progress" if self.passed(wall) > QUEUED else "queued"
        return unfinished(self.document, going_on if self.cancelled is None else "cancelled")

    def cancel(self, wall: float) -> None:
        """Stop it; what is over stays as it is."""
        if not self.is_over(wall):
            self.cancelled = wall


class KeptConversation(Struct):
    """A conversation and its items, oldest first."""

    document: Json
    items: list[Json] = []


def unfinished(document: Json, status: str) -> Json:
    """The document of a response that has not (or never) come to its end."""
    nothing: Json = {
        "status": status,
        "completed_at": None,
        "error": None,
        "incomplete_details": None,
        "output": [],
        "usage": None,
    }
    return {key: nothing.get(key, value) for key, value in document.items()}


_write = msgspec.msgpack.Encoder().encode
_response = msgspec.msgpack.Decoder(KeptResponse).decode
_conversation = msgspec.msgpack.Decoder(KeptConversation).decode


def find_response(store: Store, identifier: str) -> KeptResponse | None:
    """Look a response up."""
    data = store.get(_RESPONSES, shared(identifier))
    found = None if data is None else _response(data)
    return found if found is not None and found.document["id"] == identifier else None


def keep_response(store: Store, response: KeptResponse) -> None:
    """Keep a response, new or changed."""
    store.put(_RESPONSES, shared(response.document["id"]), _write(response))


def drop_response(store: Store, identifier: str) -> bool:
    """Forget a response."""
    return find_response(store, identifier) is not None and store.drop(_RESPONSES, shared(identifier))


def find_conversation(store: Store, identifier: str) -> KeptConversation | None:
    """Look a conversation up."""
    data = store.get(_CONVERSATIONS, shared(identifier))
    found = None if data is None else _conversation(data)
    return found if found is not None and found.document["id"] == identifier else None


def keep_conversation(store: Store, conversation: KeptConversation) -> None:
    """Keep a conversation, new or changed."""
    store.put(_CONVERSATIONS, shared(conversation.document["id"]), _write(conversation))


def drop_conversation(store: Store, identifier: str) -> bool:
    """Forget a conversation."""
    return find_conversation(store, identifier) is not None and store.drop(_CONVERSATIONS, shared(identifier))


def chain(store: Store, identifier: str) -> list[Json] | None:
    """All items up to the end of a response, oldest first; None when it, or one before it, is not kept."""
    turns: list[list[Json]] = []
    following: Any = identifier
    while following and len(turns) < _LONGEST_CHAIN:
        response = find_response(store, following)
        if response is None:
            return None
        turns.append([*response.given, *response.document["output"]])
        following = response.document["previous_response_id"]
    return [item for turn in reversed(turns) for item in turn]


def find_item(store: Store, identifier: str) -> Json | None:
    """Look an item up in the response or the conversation that it came with."""
    name = shared(identifier)
    items: list[Json] = []
    if (data := store.get(_RESPONSES, name)) is not None:
        response = _response(data)
        items += [*response.given, *response.document["output"]]
    if (data := store.get(_CONVERSATIONS, name)) is not None:
        items += _conversation(data).items
    return next((item for item in items if item.get("id") == identifier), None)
