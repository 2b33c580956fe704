"""Answers as what they have in common with others, and what is their own: names, times and counts.

A press belongs to one generation of the script. Of a fixed reply the items, and the events of a stream between the first two
and the last, are kept with holes where the names of items belong; those of any other stream are its own, and made when they
are due. What holds the response is made each time it is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from understudy.dialects import Moment
from understudy.dialects._kept import Kept
from understudy.dialects._stencil import Row, cut_out, fill, hole
from understudy.dialects.openai_responses.answers import written
from understudy.dialects.openai_responses.beside import FILLED, Beside, Besides
from understudy.dialects.openai_responses.events import Events, event
from understudy.dialects.openai_responses.items import kept
from understudy.dialects.openai_responses.kept import KeptResponse, keep_told
from understudy.dialects.openai_responses.names import Names
from understudy.dialects.openai_responses.output import Output, Said, work_out
from understudy.dialects.openai_responses.wishes import Json
from understudy.model.call import Call
from understudy.model.frame import Frames, Sheet
from understudy.model.lazy import Made
from understudy.model.ports import Store
from understudy.model.reply import Item, Reply
from understudy.text.memo import Memo
from understudy.text.tokens import encoding_for

LEAD = 2  # events (created, in_progress) that come before the first token is waited for
_FRAMES = 50_000  # frames of rendered answers kept
_COMPLETED = b'"completed"'
_encode = msgspec.json.encode
_said_often: Memo[bytes, bytes] = Memo(bytes, size=64, longest=20)  # a status, a second; thousands of answers hold them


class Told(Struct):
    """What an answer says; `asked` are the names that it was made with, in order, `items` the list of the output.

    `rows` are its events, filled where there are `items` to be filled as well: those of an answer that serves no other have
    their names, and its items are in its output.
    """

    reply: Reply
    rows: Sequence[Any]
    sheet: Sheet
    asked: list[tuple[str, ...]]
    items: Row | None
    output: Output

    @property
    def spread(self) -> int | None:
        """The tokens of a stream that says the same; None where streams say something else."""
        return sum(self.sheet.tokens) if self.reply.stream_text is None else None

    def telling(
        self, beside: Beside, ended: Json, names: Names, given: list[Json], at: float, over: Callable[[], float] | None
    ) -> Telling:
        """Begin to tell of a response that ends so; its input is named behind its items."""
        drawn = tuple(_encode(names.call() if asked[0] == "call" else names.of(asked[1])) for asked in self.asked)
        values = tuple(_said_often[_encode(ended[name])] for name in FILLED if name != "output")
        return Telling(self, beside, ended["id"], drawn, values, _encode(kept(given, names)), at, over)


class Telling(Struct):
    """A response that is told: only what is its own.

    Attributes:
        told: what it has in common with others that say the same.
        beside: what it has in common with others that were asked for alike.
        identifier: its name.
        names: of its items, as JSON.
        ended: what is `FILLED` in at the end, the output left out, as JSON.
        given: its own input, as JSON.
        at: unix time at which it began.
        over: says at which time a stream is complete; None of a whole answer, which takes none.
    """

    told: Told
    beside: Beside
    identifier: str
    names: tuple[bytes, ...]
    ended: tuple[bytes, ...]
    given: bytes
    at: float
    over: Callable[[], float] | None

    @property
    def sheet(self) -> Sheet:
        """Its events."""
        fill_in = None if self.told.items is None else self._said
        return self.told.sheet.showing(Frames(self.told.rows, fill_in, Made(LEAD, self._opening), Made(1, self._closing)))

    @property
    def body(self) -> bytes:
        """The response at its end, as whole bodies show it."""
        return written(self._whole(self.beside.billed))

    def document(self) -> Json:
        """The response at its beginning."""
        found: Json = msgspec.json.decode(fill(self.beside.begun, self.ended))
        return found

    def response(self) -> KeptResponse:
        """The response at its end, as it is kept."""
        return KeptResponse(msgspec.json.decode(self._whole(self.beside.shape)), msgspec.json.decode(self.given), self.at)

    def keep(self, store: Store) -> None:
        """Keep it as it is at its end."""
        keep_told(store, self.identifier, self._whole(self.beside.shape), self.given, self.at)

    def _said(self, row: Row, _place: int) -> bytes:
        return fill(row, self.names)

    def _whole(self, shape: Row) -> bytes:
        identifier, created, status, completed, incomplete, tier, usage = self.ended
        if self.over is not None and status == _COMPLETED:
            completed = b"%d" % int(self.over())
        items = _encode(self.told.output.items) if self.told.items is None else fill(self.told.items, self.names)
        return fill(shape, (identifier, created, status, completed, incomplete, items, tier, usage))

    def _opening(self, number: int) -> bytes:
        return fill(self.beside.opening[number], self.ended)

    def _closing(self, _place: int) -> bytes:
        kind, response = self.ended[2].decode().strip('"'), msgspec.Raw(self._whole(self.beside.shape))
        return event(f"response.{kind}", {"response": response, "sequence_number": LEAD + len(self.told.rows)})


class Press:
    """Keeps answers, and what was read of requests; see the module."""

    def __init__(self) -> None:
        # keyed by identity: the value holds the reply, so an identity in use is never another reply's
        self._told: Kept[tuple[Any, ...], Told] = Kept(_FRAMES)
        self.besides = Besides()

    def told(self, call: Call, reply: Reply, names: Names, moment: Moment) -> Told | None:
        """What the answer of a reply says; None when the call bears on more of it than names and times."""
        beside: Beside = call.extra.beside
        asked = beside.key if call.stream or beside.came_again else None
        if asked is None or not _is_bare(reply):
            return None
        if not reply.fixed or moment.options.stream_tokens[1] != 1:
            return _alone(call, reply, names, moment) if call.stream else None
        key = (id(reply), call.stream, asked)
        found = self._told.get(key)
        if found is None:
            found = _rendered(call, reply, moment)
            self._told.keep(key, found, len(found.rows))
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


def _is_bare(reply: Reply) -> bool:
    """Say whether no item of the provider's own is in a reply: the output of a fixed one is then the same for equal calls."""
    return reply.failure is None and not any(isinstance(block, Item) for block in reply.blocks)


def _rendered(call: Call, reply: Reply, moment: Moment) -> Told:
    """Make what serves others under names of their own."""
    names = _Asked()
    output = work_out(call, reply, names, moment)
    events = _events(call, output)
    rows, items = list(map(cut_out, events.frames)), cut_out(_encode(output.items))
    return Told(reply, rows, _timed(events), names.asked, items, replace(output, said=[]))


def _alone(call: Call, reply: Reply, names: Names, moment: Moment) -> Told:
    """Make what serves one answer."""
    output = work_out(call, reply, names, moment)
    events = _events(call, output)
    output = replace(output, said=list(map(Said, output.items)))  # the events hold the pieces, once
    return Told(reply, events.frames, _timed(events), [], None, output)


def _events(call: Call, output: Output) -> Events:
    """Tell what comes between the first events and the last."""
    events = Events(encoding_for(call.model), obfuscate=call.extra.obfuscate, before=LEAD)
    for index, said in enumerate(output.said):
        events.item(index, said)
    return events


def _timed(events: Events) -> Sheet:
    tokens = [*[0] * LEAD, *events.tokens, 0]
    # all of it is in time, and not only what carries tokens: what is behind would be made when a stream begins
    return Sheet([], tokens, lead=LEAD, timed=tokens)
