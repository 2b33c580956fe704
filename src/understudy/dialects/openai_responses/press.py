"""Answers as what they have in common with others, and what is their own: names, times and counts.

A press belongs to one generation of the script. It keeps what fixed replies say, and the forms of answers that are one text;
what any other stream says is its own (`told`, `spoken`). What holds the response is made each time it is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._kept import Kept
from understudy.dialects._stencil import Row, fill
from understudy.dialects.openai_responses.answers import written
from understudy.dialects.openai_responses.beside import FILLED, Beside, Besides
from understudy.dialects.openai_responses.document import in_phases
from understudy.dialects.openai_responses.events import event
from understudy.dialects.openai_responses.items import kept
from understudy.dialects.openai_responses.kept import KeptResponse, keep_told
from understudy.dialects.openai_responses.names import Names
from understudy.dialects.openai_responses.output import work_out
from understudy.dialects.openai_responses.spoken import Form, form, spoken
from understudy.dialects.openai_responses.told import LEAD, Asked, Fixed, Told, alone, fixed
from understudy.dialects.openai_responses.wishes import Json
from understudy.model.call import Call
from understudy.model.frame import Frames, Sheet
from understudy.model.lazy import Made
from understudy.model.ports import Store
from understudy.model.reply import Item, Reply, Text
from understudy.text.memo import Memo

_FRAMES = 50_000  # frames of rendered answers kept
_COMPLETED = b'"completed"'
_encode = msgspec.json.encode
_said_often: Memo[bytes, bytes] = Memo(bytes, size=64, longest=20)  # a status, a second; thousands of answers hold them


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
        events = self.told.events(self.names)
        return self.told.sheet.showing(Frames(events, None, Made(LEAD, self._opening), Made(1, self._closing)))

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

    def _whole(self, shape: Row) -> bytes:
        identifier, created, status, completed, incomplete, tier, usage = self.ended
        if self.over is not None and status == _COMPLETED:
            completed = b"%d" % int(self.over())
        items = self.told.items(self.names)
        return fill(shape, (identifier, created, status, completed, incomplete, items, tier, usage))

    def _opening(self, number: int) -> bytes:
        return fill(self.beside.opening[number], self.ended)

    def _closing(self, _place: int) -> bytes:
        kind, response = self.ended[2].decode().strip('"'), msgspec.Raw(self._whole(self.beside.shape))
        return event(f"response.{kind}", {"response": response, "sequence_number": len(self.told.sheet.tokens) - 1})


def telling(
    told: Told, beside: Beside, ended: Json, names: Names, given: list[Json], at: float, over: Callable[[], float] | None
) -> Telling:
    """Begin to tell of a response that ends so; its input is named behind its items."""
    drawn = tuple(_encode(names.call() if asked[0] == "call" else names.of(asked[1])) for asked in told.asked)
    values = tuple(_said_often[_encode(ended[name])] for name in FILLED if name != "output")
    return Telling(told, beside, ended["id"], drawn, values, _encode(kept(given, names)), at, over)


class Press:
    """Keeps answers, and what was read of requests; see the module."""

    def __init__(self) -> None:
        # keyed by identity: the value holds the reply, so an identity in use is never another reply's
        self._fixed: Kept[tuple[Any, ...], tuple[Reply, Fixed]] = Kept(_FRAMES)
        self._forms: dict[tuple[Any, ...], Form] = {}  # of a dozen kinds, whatever clients ask for
        self.besides = Besides()

    def told(self, call: Call, reply: Reply, names: Names, moment: Moment) -> Told | None:
        """What the answer of a reply says; None when the call bears on more of it than names and times."""
        beside: Beside = call.extra.beside
        asked = beside.key if call.stream or beside.came_again else None
        if asked is None or not _is_bare(reply):
            return None
        if not reply.fixed or moment.options.stream_tokens[1] != 1:
            return self._made_up(call, reply, names, moment) if call.stream else None
        key = (id(reply), call.stream, asked)
        found = self._fixed.get(key)
        if found is None:
            holes = Asked()
            found = reply, fixed(call, work_out(call, reply, holes, moment), holes)
            self._fixed.keep(key, found, len(found[1].rows))
        return found[1]

    def _made_up(self, call: Call, reply: Reply, names: Names, moment: Moment) -> Told:
        """What a reply says that no other call gets: a text, or anything."""
        if [*map(type, reply.blocks)] != [Text]:
            return alone(call, work_out(call, reply, names, moment))
        holes = Asked()
        output = work_out(call, reply, holes, moment)
        if not output.said or output.said[-1].item["type"] != "message":  # no token was left for the text
            return alone(call, work_out(call, reply, names, moment))
        key = call.extra.obfuscate, in_phases(call.model), len(output.said), output.incomplete is None
        found = self._forms.get(key)
        if found is None:
            found = self._forms[key] = form(call, output, holes)
        return spoken(output, found)


def _is_bare(reply: Reply) -> bool:
    """Say whether no item of the provider's own is in a reply: the output of a fixed one is then the same for equal calls."""
    return reply.failure is None and not any(isinstance(block, Item) for block in reply.blocks)
