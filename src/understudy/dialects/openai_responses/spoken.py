"""Answers that are one text, told by their form: what they have in common whatever they say.

In: an answer worked out, under names that are holes. Out: its form, with holes for names, text, piece and number, which serves
all that were asked for alike and end alike; and the text, in pieces, which is all that an answer holds of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from understudy.dialects._cut import Pieces, parted
from understudy.dialects._stencil import Row, cut_out, fill, hole
from understudy.dialects.openai_responses.events import PADS, Events
from understudy.dialects.openai_responses.output import Output, Said
from understudy.dialects.openai_responses.told import LEAD, Asked, timed
from understudy.dialects.openai_responses.wishes import Json
from understudy.model.call import Call
from understudy.model.frame import Sheet
from understudy.model.lazy import Lazy, settled
from understudy.text.tokens import encoding_for

_encode = msgspec.json.encode
_OPEN = (bytes(hole(0)), bytes(hole(1)), bytes(hole(2)))  # a piece, its number, and what hides its length


class Form(Struct):
    """What answers have in common that say nothing but one text: rows before its pieces, one for each of them, those behind."""

    asked: Sequence[tuple[str, ...]]
    before: Sequence[Row]
    piece: Row
    behind: Sequence[Row]
    list: Row


class Spoken(Struct):
    """What an answer says that is one text."""

    output: Output
    sheet: Sheet
    form: Form
    texts: Sequence[str]

    @property
    def asked(self) -> Sequence[tuple[str, ...]]:
        """The names that it was made with."""
        return self.form.asked

    def events(self, names: Sequence[bytes]) -> Sequence[bytes]:
        """Give the events under those names."""
        return _Speech(self.form, names, self)

    def items(self, names: Sequence[bytes]) -> bytes:
        """Write the list of the output."""
        return fill(self.form.list, (*names, self.text))

    @property
    def text(self) -> bytes:
        """The text as JSON."""
        return _encode("".join(self.texts))


class _Speech(Lazy[bytes]):
    """The events of one text, piece by piece."""

    __slots__ = ("_form", "_names", "_told")

    def __init__(self, form: Form, names: Sequence[bytes], told: Spoken) -> None:
        self._form, self._names, self._told = form, names, told

    def __len__(self) -> int:
        return len(self._form.before) + len(self._told.texts) + len(self._form.behind)

    def __iter__(self) -> Iterator[bytes]:
        form, texts = self._form, self._told.texts
        first = len(form.before)
        yield from map(self._around, form.before, range(first))
        before, *hidden, number, after = cut_out(fill(form.piece, (*self._names, *_OPEN))).parts
        pad = hidden[0] if hidden else None
        for place, text in enumerate(texts, LEAD + first):
            if pad is None:
                yield b"%b%b%b%d%b" % (before, _encode(text), number, place, after)
            else:
                yield b"%b%b%b%b%b%d%b" % (before, _encode(text), pad, PADS[-len(text) % 16], number, place, after)
        yield from map(self._around, form.behind, range(first + len(texts), len(self)))

    def settle(self, text: str) -> None:
        """Hold the pieces, if they are those of that text, by where they end."""
        self._told.texts = settled(self._told.texts, text)

    def _around(self, row: Row, place: int) -> bytes:
        """Write an event that is not a piece."""
        said = self._told.text if place >= len(self._form.before) else b""
        return fill(row, (*self._names, said, b"%d" % (LEAD + place)))

    def _at(self, place: int) -> bytes:
        form, texts = self._form, self._told.texts
        at = place - len(form.before)
        if 0 <= at < len(texts):
            number = b"%d" % (LEAD + place)
            return fill(form.piece, (*self._names, _encode(texts[at]), number, PADS[-len(texts[at]) % 16]))
        return self._around(form.before[place] if at < 0 else form.behind[at - len(texts)], place)


def spoken(output: Output, form: Form) -> Spoken:
    """Tell what serves one answer by what it has in common with others: its text, in pieces."""
    texts, tokens = parted(output.said[-1].cut)
    sheet = timed([*[0] * len(form.before), *tokens, *[0] * len(form.behind)])
    return Spoken(replace(output, said=[]), sheet, form, texts)


def form(call: Call, output: Output, names: Asked) -> Form:
    """Find what answers have in common that end like that one, and say another text."""
    first = len(names.asked)
    *others, last = output.said
    (part,) = last.item["content"]
    said = [*others, Said({**last.item, "content": [{**part, "text": hole(first)}]}, last.cut or [("", 0)])]
    events = _Forming(first, obfuscate=call.extra.obfuscate)
    for index, each in enumerate(said):
        events.item(index, each)
    rows = list(map(cut_out, events.frames))
    listed = cut_out(_encode([each.item for each in said]))
    return Form(names.asked, rows[: events.at], rows[events.at], rows[events.at + 1 :], listed)


class _Forming(Events):
    """Events whose numbers are left open, and which tell of one piece, at a place, for all."""

    at: int

    def __init__(self, text: int, *, obfuscate: bool) -> None:
        super().__init__(encoding_for(""), obfuscate=obfuscate)
        self._text = text

    @property
    def _number(self) -> Any:
        return hole(self._text + 1)

    def _deltas(self, name: str, cut: Pieces, where: Json, odds: list[Json] | None = None) -> None:  # noqa: ARG002  # each's own
        self.at = len(self.frames)
        shown: Json = {} if odds is None else {"logprobs": []}
        hidden: Json = {"obfuscation": hole(self._text + 2)} if self._obfuscate else {}
        self.tell(f"{name}.delta", delta=hole(self._text), **shown, **where, **hidden)
