"""Responses as they are kept, and what they are at a moment.

A response made in the background is kept whole, with the moments its events are due: what it is now is a function of the time.
Its events are not kept, for they can be told again (`telling`).
It is kept under the part of its identifier that it shares with its items, so that a reference to an item finds it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate, pairwise
from typing import Any

import msgspec
from msgspec import Raw, Struct

from understudy.dialects.openai_responses.names import shared
from understudy.dialects.openai_responses.wishes import Json
from understudy.model.ports import Store

_SECOND = 1_000_000  # microseconds
QUEUED = 2  # events that come before a response made in the background leaves the queue
_RESPONSES, _CANCELLED = "response", "response-cancelled"
_LONGEST_CHAIN = 10_000
_POLLED = 600.0  # seconds for which a response in the background can be asked for that nobody wants stored


class KeptResponse(Struct):
    """A response.

    `document` is what it ends as, every member of its output in it; `includes` are those that were asked for when it was made.
    `given` is its own input. Of a response made in the background `steps` are the microseconds before each event of its stream,
    the first counted from `begun` (unix time), `cuts` how many characters of each item's text an event has, `streamed` says
    whether it was made as a stream, and `cancelled` is the moment that somebody stopped it. Where its stream failed, `whole` is
    the document that it would have ended as, and `ending` stands in place of all events from the failure on.
    """

    document: Json
    given: list[Json]
    begun: float = 0.0
    steps: list[int] = []
    cuts: list[list[int]] = []
    cancelled: float | None = None
    streamed: bool = False
    includes: list[str] = []
    whole: Json | None = None
    ending: bytes = b""

    @property
    def background(self) -> bool:
        """Say whether it was made in the background."""
        return bool(self.steps)

    @property
    def due(self) -> list[float]:
        """The seconds after `begun` at which each of its events is due."""
        return [at / _SECOND for at in accumulate(self.steps)]

    @property
    def over(self) -> float:
        """Unix time at which all of it is made, unless it is cancelled."""
        return self.begun + sum(self.steps) / _SECOND

    def passed(self, wall: float) -> int:
        """How many events were due by that time."""
        if self.cancelled is not None:
            wall = min(wall, self.cancelled)
        return bisect_right(self.due, wall - self.begun)

    def is_over(self, wall: float) -> bool:
        """Say whether nothing more will happen to it."""
        return self.cancelled is not None or wall - self.begun >= sum(self.steps) / _SECOND

    def is_forgotten(self, wall: float) -> bool:
        """Say whether it was only kept to be polled, and long enough."""
        return self.background and self.document["store"] is False and wall > self.over + _POLLED

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


def as_begun(document: Json, status: str) -> Json:
    """The document of a response at its beginning: which tier it is served in was not known then."""
    return unfinished(document, status) | {"service_tier": "auto"}


_write = msgspec.json.Encoder().encode  # whole numbers of a schema may be of any size, which other packings refuse
_response = msgspec.json.Decoder(KeptResponse).decode


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


def keep_told(store: Store, identifier: str, document: bytes, given: bytes, begun: float) -> None:
    """Keep a new response whose document and input are JSON already."""
    written: Any = Raw(document), Raw(given), begun
    store.put(_RESPONSES, shared(identifier), _write(KeptResponse(*written)))


def drop_response(store: Store, identifier: str, wall: float) -> bool:
    """Forget a response."""
    return find_response(store, identifier, wall) is not None and store.drop(_RESPONSES, shared(identifier))


def cancel_response(store: Store, response: KeptResponse, wall: float) -> None:
    """Stop a response; what is over stays as it is."""
    if not response.is_over(wall):
        response.cancelled = wall
        keep_response(store, response)
        store.put(_CANCELLED, response.document["id"], b"")


def is_cancelled(store: Store, identifier: str) -> bool:
    """Say whether somebody stopped a response before its end."""
    return store.get(_CANCELLED, identifier) is not None


def steps(waits: Iterable[float]) -> list[int]:
    """Spell waits as whole microseconds; what is lost by rounding does not add up."""
    moments = [round(at * _SECOND) for at in accumulate(waits)]
    return [later - sooner for sooner, later in pairwise([0, *moments])]


def chain(store: Store, identifier: str, wall: float) -> tuple[list[Json], str | None]:
    """All items up to the end of a response, oldest first, and the name of the one before them that is not kept, if any."""
    turns: list[list[Json]] = []
    following: str | None = identifier
    lost: str | None = None
    while following and len(turns) < _LONGEST_CHAIN:
        response = find_response(store, following, wall)
        if response is None:
            lost = following
            break
        turns.append(response.said(wall))
        following = response.document["previous_response_id"]
    return [item for turn in reversed(turns) for item in turn], lost


def items_beside(store: Store, item: str, wall: float) -> list[Json]:
    """The items of the response that an item came with."""
    data = store.get(_RESPONSES, shared(item))
    return [] if data is None else _response(data).said(wall)
