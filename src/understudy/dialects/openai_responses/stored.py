"""Responses that are kept: retrieve, stream again, delete, cancel, list what they were given (wire.md 7.4)."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from understudy.dialects import Moment
from understudy.dialects._openai.check import refuse
from understudy.dialects._openai.listing import nowhere, page
from understudy.dialects._session import store_of
from understudy.dialects.openai_responses import standins
from understudy.dialects.openai_responses.answers import body
from understudy.dialects.openai_responses.document import billed
from understudy.dialects.openai_responses.grammar import GRAMMAR
from understudy.dialects.openai_responses.includes import shown
from understudy.dialects.openai_responses.kept import (
    KeptResponse,
    cancel_response,
    drop_response,
    find_response,
    is_cancelled,
)
from understudy.dialects.openai_responses.recall import not_found
from understudy.dialects.openai_responses.telling import retold
from understudy.dialects.openai_responses.wishes import Wish
from understudy.model.call import Call
from understudy.model.frame import Body, Frames, Sheet, Stream
from understudy.model.lazy import Made
from understudy.model.reply import Reply

_TRUE = ("true", "1")
_STREAMED = 300.0  # seconds from its beginning in which a stream can be taken up again
_OVER = {"completed": "a completed", "failed": "a failed", "incomplete": "an incomplete"}
_INVALID = "invalid_request_error"


def retrieve(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """GET /responses/{id} and /responses/{id}/input_items."""
    wish: Wish = call.extra
    response = _found(call, moment)
    match wish.path[1:]:
        case ():
            if wish.query.get("stream", "").lower() in _TRUE:
                return _again(response, wish, moment)
            return _shown(response, wish, moment)
        case ("input_items",):
            listed = [shown(item, wish.included) for item in response.given]
            return body(page(listed, wish.query, strict=wish.strict))
    raise nowhere("GET", "responses", wish.path)


def delete(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """DELETE /responses/{id}."""
    wish: Wish = call.extra
    if len(wish.path) != 1:
        raise nowhere("DELETE", "responses", wish.path)
    if not drop_response(store_of(moment), wish.path[0], moment.wall) and wish.strict:
        not_found("Response", wish.path[0])
    return body({"id": wish.path[0], "object": "response", "deleted": True})


def cancel(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """POST /responses/{id}/cancel: only what is made in the background, and is not over; twice is as good as once.

    The words about a completed one are those that LiteLLM's end-to-end tests and decision 0009 of Microsoft's Agent Framework
    have of the service; that twice is as good as once is of the guide to the background mode. The other words are a guess.
    """
    wish: Wish = call.extra
    if wish.path[1:] != ("cancel",):
        raise nowhere("POST", "responses", wish.path)
    response = _found(call, moment)
    if wish.strict and not response.background:
        refuse("Cannot cancel a synchronous response.")
    status = response.at(moment.wall)["status"]
    if wish.strict and status in _OVER:
        refuse(f"Cannot cancel {_OVER[status]} response.")
    cancel_response(store_of(moment), response, moment.wall)
    return _shown(response, wish, moment)


def _shown(response: KeptResponse, wish: Wish, moment: Moment) -> Body:
    """What a response is now, with what was asked for when it was made and what is asked for now."""
    document = response.at(moment.wall)
    includes = [*response.includes, *wish.included]
    return body(billed({**document, "output": [shown(item, includes) for item in document["output"]]}))


def _found(call: Call, moment: Moment) -> KeptResponse:
    wish: Wish = call.extra
    identifier = wish.path[0] if wish.path else ""
    response = find_response(store_of(moment), identifier, moment.wall)
    if response is None and not wish.strict:
        return standins.response(call, identifier, moment)
    if response is None:
        not_found("Response", identifier)
    return response


def _streams_again(response: KeptResponse, moment: Moment) -> None:
    """Refuse a stream that cannot be taken up (openai-ruby 214, openai-python 2828, guide to the background mode)."""
    missing = "background" if not response.background else "" if response.streamed else "stream"
    if missing:
        refuse(f"This response cannot be streamed because it was not created with {missing}=true.", "stream", _INVALID)
    if moment.wall - response.begun > _STREAMED:
        refuse("This response can no longer be streamed because it is more than 5 minutes old.", "stream", _INVALID)


def _again(response: KeptResponse, wish: Wish, moment: Moment) -> Stream:
    """Stream what follows an event: at once what was due before, the rest when it is due."""
    if wish.strict:
        _streams_again(response, moment)
    after = wish.query.get("starting_after", "")
    if after and not after.lstrip("-").isdigit():
        refuse(
            "Invalid type for 'starting_after': expected an integer, but got a string instead.",
            "starting_after",
            "invalid_type",
        )
    events, first = retold(response), max(0, int(after) + 1) if after else 0
    last = len(events) if response.cancelled is None else response.passed(response.cancelled)
    places = range(len(events))[first:last]
    frames = Frames(Made(len(places), lambda at: events[places[at]]))
    sheet = Sheet(frames, [0] * len(places))
    if response.is_over(moment.wall):
        return Stream(sheet, b"", grammar=GRAMMAR)
    elapsed = moment.wall - response.begun
    left = [max(0.0, due - elapsed) for due in response.due[first:last]]
    waits = (later - sooner for sooner, later in pairwise([0.0, *left]))
    stops = partial(is_cancelled, store_of(moment), response.document["id"])
    return Stream(sheet, b"", grammar=GRAMMAR, waits=waits, stops=stops)
