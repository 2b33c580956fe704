"""Streams of fixed replies, rendered once: a stream that says the same again brings names, times and counts of its own.

A press belongs to one generation of the script. The events between the first two and the last are kept with holes where the
names of items belong; those three hold the response, and are made each time they are looked at.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._kept import Kept
from understudy.dialects._stencil import Row, cut_out, fill, hole
from understudy.dialects.openai_responses.events import Events, event
from understudy.dialects.openai_responses.items import kept
from understudy.dialects.openai_responses.kept import KeptResponse
from understudy.dialects.openai_responses.names import Names
from understudy.dialects.openai_responses.output import Output, work_out
from understudy.dialects.openai_responses.wishes import Json, Wish, listed
from understudy.model.call import Call
from understudy.model.frame import Frames, Made, Sheet
from understudy.model.reply import Item, Reply
from understudy.text.tokens import encoding_for

LEAD = 2  # events (created, in_progress) that come before the first token is waited for
_FRAMES = 50_000  # frames of rendered streams kept
_SHAPES = 1 << 20  # bytes of responses kept without what differs from one to the next
_FILLED = ("id", "created_at", "status", "completed_at", "incomplete_details", "output", "service_tier", "usage")
_BEGUN = (b'"in_progress"', b"null", b"null", b"[]", b'"auto"', b"null")
_encode = msgspec.json.encode


class Told(Struct):
    """What is kept of a stream; `asked` are the names that it was made with, in order, `items` the list of the output."""

    reply: Reply
    rows: list[Row]
    sheet: Sheet
    asked: list[tuple[str, ...]]
    items: Row
    output: Output


class Telling(Struct):
    """A response that is told: of its stream only what is its own.

    Attributes:
        told: what it has in common with others.
        shape: the response but for what is `_FILLED`.
        names: of its items, as JSON.
        ended: what is filled in at the end, the output left out.
        given: its own input, as JSON.
        at: unix time at which it began.
    """

    told: Told
    shape: Row
    names: tuple[bytes, ...]
    ended: tuple[bytes, ...]
    given: bytes
    at: float

    @property
    def sheet(self) -> Sheet:
        """Its events."""
        return self.told.sheet.showing(Frames(self.told.rows, self._said, Made(LEAD, self._opening), Made(1, self._closing)))

    def document(self) -> Json:
        """The response at its beginning."""
        found: Json = msgspec.json.decode(self._begun())
        return found

    def response(self) -> KeptResponse:
        """The response at its end, as it is kept."""
        return KeptResponse(msgspec.json.decode(self._whole()), msgspec.json.decode(self.given), self.at)

    def _said(self, row: Row, _place: int) -> bytes:
        return fill(row, self.names)

    def _begun(self) -> bytes:
        return fill(self.shape, (*self.ended[:2], *_BEGUN))

    def _whole(self) -> bytes:
        return fill(self.shape, (*self.ended[:5], fill(self.told.items, self.names), *self.ended[5:]))

    def _opening(self, number: int) -> bytes:
        return _holding(("created", "in_progress")[number], self._begun(), number)

    def _closing(self, _place: int) -> bytes:
        return _holding(self.ended[2].decode().strip('"'), self._whole(), LEAD + len(self.told.rows))


class Press:
    """Keeps streams; see the module."""

    def __init__(self) -> None:
        # keyed by identity: the value holds the reply, so an identity in use is never another reply's
        self._told: Kept[tuple[Any, ...], Told] = Kept(_FRAMES)
        self._shapes: Kept[bytes, Row] = Kept(_SHAPES)

    def told(self, call: Call, reply: Reply, moment: Moment) -> Told | None:
        """What is kept of the stream of a reply; None when the call bears on more of it than names and times."""
        wish: Wish = call.extra
        if not (call.stream and reply.fixed and _is_bare(call, wish, reply) and moment.options.stream_tokens[1] == 1):
            return None
        key = (id(reply), call.model, call.max_tokens, wish.effort, wish.obfuscate)
        found = self._told.get(key)
        if found is None:
            found = _rendered(call, reply, moment)
            self._told.keep(key, found, len(found.rows))
        return found

    def tell(self, told: Told, begun: Json, ended: Json, names: Names, given: list[Json], at: float) -> Telling:
        """Begin to tell of a response that is such at its beginning and its end; its input is named behind its items."""
        drawn = tuple(_encode(names.call() if asked[0] == "call" else names.of(asked[1])) for asked in told.asked)
        values = tuple(_encode(ended[name]) for name in _FILLED if name != "output")
        return Telling(told, self._shape(begun), drawn, values, _encode(kept(given, names)), at)

    def _shape(self, begun: Json) -> Row:
        """A response without what is filled in: one object for all of the same shape."""
        data = _encode(begun | {name: hole(number) for number, name in enumerate(_FILLED)})
        found = self._shapes.get(data)
        if found is None:
            found = cut_out(data)
            self._shapes.keep(data, found, 2 * len(data))
        return found


class _Asked(Names):
    """Stands for the names of an answer while it is rendered: gives holes, and notes what was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def of(self, kind: str) -> Any:
        """Note the name of an item."""
        return self._noted("of", kind)

    def call(self) -> Any:
        """Note the name of a call."""
        return self._noted("call")

    def _noted(self, *asked: str) -> msgspec.Raw:
        self.asked.append(asked)
        return hole(len(self.asked) - 1)


def _is_bare(call: Call, wish: Wish, reply: Reply) -> bool:
    """Say whether the output of a fixed reply is the same for every such call."""
    wants_more = wish.summary is not None or bool(listed(wish.body.get("include")))
    has_custom = any(tool.kind == "custom" for tool in call.tools)
    is_own = any(isinstance(block, Item) for block in reply.blocks) or reply.failure is not None
    return not (wants_more or has_custom or is_own or wish.background)


def _rendered(call: Call, reply: Reply, moment: Moment) -> Told:
    names = _Asked()
    output = work_out(call, reply, names, moment)
    events = Events(encoding_for(call.model), obfuscate=call.extra.obfuscate)
    for kind in ("created", "in_progress"):
        events.tell(kind)
    for index, said in enumerate(output.said):
        events.item(index, said)
    tokens = [*events.tokens, 0]
    return Told(
        reply,
        list(map(cut_out, islice(events.frames, LEAD, None))),
        # all of it is in time, and not only what carries tokens: what is behind would be made when a stream begins
        Sheet([], tokens, lead=LEAD, timed=tokens),
        names.asked,
        cut_out(_encode(output.items)),
        Output([], output.tokens, output.reasoning, output.incomplete),
    )


def _holding(kind: str, response: bytes, number: int) -> bytes:
    return event(f"response.{kind}", {"response": msgspec.Raw(response), "sequence_number": number})
