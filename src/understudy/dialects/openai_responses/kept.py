"""Responses as they are kept, and what they are at a moment.

A response made in the background is kept whole, with the moments its events are due: what it is now is a function of the time.
It is kept under the part of its identifier that it shares with its items, so that a reference to an item finds it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects.openai_responses.names import shared
from understudy.dialects.openai_responses.wishes import Json
from understudy.model.ports import Store

QUEUED = 2  # events that come before a response made in the background leaves the queue
_RESPONSES, _CANCELLED = "response", "response-cancelled"
_LONGEST_CHAIN = 10_000
_POLLED = 600.0  # seconds for which a response in the background can be asked for that nobody wants stored


class KeptResponse(Struct):
    """A response.

    `document` is what it ends as, every member of its output in it; `includes` are those that were asked for when it was made.
    `given` is its own input. Of a response made in the background `events` are those of its stream, `due` the seconds after
    `begun` (unix time) at which each is due, `streamed` says whether it was made as a stream, and `cancelled` is the moment
    that somebody stopped it.
    """

    document: Json
    given: list[Json]
    begun: float = 0.0
    events: list[bytes] = []
    due: list[float] = []
    cancelled: float | None = None
    streamed: bool = False
    includes: list[str] = []

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

    def is_forgotten(self, wall: float) -> bool:
        """Say whether it was only kept to be polled, and long enough."""
        return self.background and self.document["store"] is False and wall > self.begun + self.due[-1] + _POLLED

    def at(self, wall: float) -> Json:
        """The document at that time."""
        if not self.background or (self.cancelled is None and self.is_over(wall)):
            return self.document
        going_on = "in_progress" if self.passed(wall) > QUEUED else "queued"
        return unfinished(self.document, going_on if self.cancelled is None else "cancelled")

    def said(self, wall: float) -> list[Json]:
        """What was given and answered by that time, as one conversation."""
        return [*self.given, *self.at(wall)["output"]]


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


def find_response(store: Store, identifier: str, wall: float) -> KeptResponse | None:
    """Look a response up."""
    data = store.get(_RESPONSES, shared(identifier))
    found = None if data is None else _response(data)
    if found is None or found.document["id"] != identifier:
        return None
    if found.is_forgotten(wall):
        store.drop(_RESPONSES, shared(identifier))
        return None
    return found


def keep_response(store: Store, response: KeptResponse) -> None:
    """Keep a response, new or changed."""
    store.put(_RESPONSES, shared(response.document["id"]), _write(response))


def drop_response(store: Store, identifier: str, wall: float) -> bool:
    """Forget a response."""
    return find_response(store, identifier, wall) is not None and store.drop(_RESPONSES, shared(identifier))


def cancel_response(store: Store, response: KeptResponse, wall: float) -> None:
    """Stop a response; what is over stays as it is."""
    if not response.is_over(wall):
        response.cancelled = wall
        keep_response(store, response)
        store.put(_CANCELLED, response.document["id"], b"")


def until_cancelled(store: Store, identifier: str, waits: Iterable[float]) -> Iterator[float]:
    """Give the waits of a stream as long as nobody stops its response."""
    for wait in waits:
        if store.get(_CANCELLED, identifier) is not None:
            return
        yield wait


def chain(store: Store, identifier: str, wall: float) -> list[Json] | None:
    """All items up to the end of a response, oldest first; None when it, or one before it, is not kept."""
    turns: list[list[Json]] = []
    following: Any = identifier
    while following and len(turns) < _LONGEST_CHAIN:
        response = find_response(store, following, wall)
        if response is None:
            return None
        turns.append(response.said(wall))
        following = response.document["previous_response_id"]
    return [item for turn in reversed(turns) for item in turn]


def items_beside(store: Store, item: str, wall: float) -> list[Json]:
    """The items of the response that an item came with."""
    data = store.get(_RESPONSES, shared(item))
    return [] if data is None else _response(data).said(wall)
