"""Responses that are kept: retrieve, stream again, delete, cancel, list what they were given (wire.md 7.4)."""

from __future__ import annotations

from itertools import pairwise

from understudy.dialects import Moment
from understudy.dialects._openai.check import refuse
from understudy.dialects._openai.listing import nowhere, page
from understudy.dialects.openai_responses import standins
from understudy.dialects.openai_responses.answers import body
from understudy.dialects.openai_responses.document import billed
from understudy.dialects.openai_responses.grammar import GRAMMAR
from understudy.dialects.openai_responses.kept import KeptResponse, drop_response, find_response, keep_response
from understudy.dialects.openai_responses.names import store_of
from understudy.dialects.openai_responses.recall import not_found
from understudy.dialects.openai_responses.wishes import Wish
from understudy.model.call import Call
from understudy.model.frame import Body, Sheet, Stream
from understudy.model.reply import Reply

_TRUE = ("true", "1")


def retrieve(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """GET /responses/{id} and /responses/{id}/input_items."""
    wish: Wish = call.extra
    response = _found(call, moment)
    match wish.path[1:]:
        case ():
            if wish.query.get("stream", "").lower() in _TRUE:
                return _again(response, wish, moment)
            return body(billed(response.at(moment.wall)))
        case ("input_items",):
            return body(page(response.given, wish.query, strict=wish.strict))
    raise nowhere("GET", "responses", wish.path)


def delete(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """DELETE /responses/{id}."""
    wish: Wish = call.extra
    if len(wish.path) != 1:
        raise nowhere("DELETE", "responses", wish.path)
    if not drop_response(store_of(moment), wish.path[0]) and wish.strict:
        not_found("Response", wish.path[0])
    return body({"id": wish.path[0], "object": "response", "deleted": True})


def cancel(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """POST /responses/{id}/cancel: only what is made in the background; what is over stays as it is."""
    wish: Wish = call.extra
    if wish.path[1:] != ("cancel",):
        raise nowhere("POST", "responses", wish.path)
    response = _found(call, moment)
    if response.background:
        response.cancel(moment.wall)
        keep_response(store_of(moment), response)
    elif wish.strict:
        refuse("Cannot cancel a synchronous response.")
    return body(billed(response.at(moment.wall)))


def _found(call: Call, moment: Moment) -> KeptResponse:
    wish: Wish = call.extra
    identifier = wish.path[0] if wish.path else ""
    response = find_response(store_of(moment), identifier)
    if response is None and not wish.strict:
        return standins.response(call, identifier, moment)
    if response is None:
        not_found("Response", identifier)
    return response


def _again(response: KeptResponse, wish: Wish, moment: Moment) -> Stream:
    """Stream what follows an event: at once what was due before, the rest when it is due."""
    if not response.background and wish.strict:
        refuse("Only responses made with 'background' set to true can be streamed again.", "stream")
    if not response.background:
        response.events = standins.events(response.document)
        response.due = [0.0] * len(response.events)
    after = wish.query.get("starting_after", "")
    if after and not after.lstrip("-").isdigit():
        refuse(
            "Invalid type for 'starting_after': expected an integer, but got a string instead.",
            "starting_after",
            "invalid_type",
        )
    first = int(after) + 1 if after else 0
    last = len(response.events) if response.cancelled is None else response.passed(response.cancelled)
    elapsed = moment.wall - response.begun
    left = [max(0.0, due - elapsed) for due in response.due[first:last]]
    waits = tuple(later - sooner for sooner, later in pairwise([0.0, *left]))
    frames = [(frame, b"") for frame in response.events[first:last]]
    return Stream(Sheet(frames, [0] * len(frames)), b"", grammar=GRAMMAR, waits=waits if any(waits) else None)
