"""What answers say, apart from whose they are: the events between the first two of a stream and the last, and the items.

Those of a fixed reply are kept with holes where the names of items belong, those of one text by their form (`spoken`). Of any
other reply they are its own, and made when they are due.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from understudy.dialects._stencil import Row, cut_out, fill, hole
from understudy.dialects.openai_responses.events import Events
from understudy.dialects.openai_responses.names import Names
from understudy.dialects.openai_responses.output import Output, Said
from understudy.model.call import Call
from understudy.model.frame import Sheet
from understudy.model.lazy import Lazy
from understudy.text.tokens import encoding_for

LEAD: Final = 2
"""Events (created, in_progress) that come before the first token is waited for."""

_encode = msgspec.json.encode


class Told(Protocol):
    """What an answer says.

    Attributes:
        output: what it comes to, with or without its items.
        sheet: when its events are due, the first two and the last among them.
    """

    output: Output
    sheet: Sheet

    @property
    def asked(self) -> Sequence[tuple[str, ...]]:
        """The names that it was made with, in order; none where it holds them."""
        ...

    def events(self, names: Sequence[bytes]) -> Sequence[bytes]:
        """Give the events under those names, which are JSON."""
        ...

    def items(self, names: Sequence[bytes]) -> bytes:
        """Write the list of the output."""
        ...


class Asked(Names):
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


class Alone(Struct):
    """What one answer says, under its own names."""

    output: Output
    sheet: Sheet
    frames: Sequence[bytes]
    asked: Sequence[tuple[str, ...]] = ()

    def events(self, _names: Sequence[bytes]) -> Sequence[bytes]:
        """Give the events."""
        return self.frames

    def items(self, _names: Sequence[bytes]) -> bytes:
        """Write the list of the output."""
        return _encode(self.output.items)


def alone(call: Call, output: Output) -> Alone:
    """Tell what serves one answer."""
    events = _events(call, output)
    output = replace(output, said=list(map(Said, output.items)))  # the events hold the pieces, once
    return Alone(output, timed(events.tokens), events.frames)


class Fixed(Struct):
    """What all answers of a fixed reply say."""

    asked: Sequence[tuple[str, ...]]
    output: Output
    sheet: Sheet
    rows: Sequence[Row]
    list: Row

    def events(self, names: Sequence[bytes]) -> Sequence[bytes]:
        """Give the events under those names."""
        return _Filled(self.rows, names)

    def items(self, names: Sequence[bytes]) -> bytes:
        """Write the list of the output."""
        return fill(self.list, names)


class _Filled(Lazy[bytes]):
    """Rows with their names."""

    __slots__ = ("_names", "_rows")

    def __init__(self, rows: Sequence[Row], names: Sequence[bytes]) -> None:
        self._rows, self._names = rows, names

    def __len__(self) -> int:
        return len(self._rows)

    def _at(self, place: int) -> bytes:
        return fill(self._rows[place], self._names)


def fixed(call: Call, output: Output, names: Asked) -> Fixed:
    """Tell what serves others under names of their own."""
    events = _events(call, output)
    rows = list(map(cut_out, events.frames))
    return Fixed(names.asked, replace(output, said=[]), timed(events.tokens), rows, cut_out(_encode(output.items)))


def _events(call: Call, output: Output) -> Events:
    """Tell what comes between the first events and the last."""
    events = Events(encoding_for(call.model), obfuscate=call.extra.obfuscate, before=LEAD)
    for index, said in enumerate(output.said):
        events.item(index, said)
    return events


def timed(tokens: Sequence[int]) -> Sheet:
    """Say when events are due that carry so many tokens, between the first two and the last."""
    tokens = [*[0] * LEAD, *tokens, 0]
    # all of it is in time, and not only what carries tokens: what is behind would be made when a stream begins
    return Sheet([], tokens, lead=LEAD, timed=tokens)
