"""Events of Bedrock's streams as binary frames.

Every event is padded by a member `p`, the beginning of an alphabet, of a length drawn anew (wire.md 14.3). Events of a model's
own form stand base64-encoded in frames of type `chunk`. Frames are written when they are due, of documents with a hole for the
padding; streams share those that differ in what they say alone.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._due import Amended, Due, Looked, Table
from understudy.dialects._stencil import hole
from understudy.dialects._turn import Costs
from understudy.dialects.bedrock.grammar import GRAMMAR
from understudy.model.frame import Frame, Frames, Sheet, Stream
from understudy.model.lazy import Spelled
from understudy.model.reply import Finish
from understudy.wire.eventstream import writer

CONTENT_TYPE = "application/vnd.amazon.eventstream"

Document = dict[str, Any]
Row = tuple[Callable[[bytes], bytes], bytes]
"""An event: what writes frames of its kind, and its document with a hole for the padding."""

_PADDING = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_SHORTEST, _LENGTHS = 2, 60
_PADDED = tuple(b'"%b"' % _PADDING[: _SHORTEST + more].encode() for more in range(_LENGTHS))
_HOLE = hole(0)
_PLACE = bytes(_HOLE)
_TABLES: Final = 32  # of events that streams share: of each form, of each place in an answer, of text and thought
_RUNS: Final = 512  # of other events that follow each other
_LONG: Final = 1_000  # bytes of documents that few streams have


@lru_cache(maxsize=64)
def _writer(kind: str) -> Callable[[bytes], bytes]:
    return writer({":event-type": kind, ":content-type": "application/json", ":message-type": "event"})


class Words(NamedTuple):
    """Makes documents of a text, of what is `given` beside it; equal ones make the same."""

    make: Callable[..., Document]
    given: tuple[Hashable, ...] = ()

    def __call__(self, *said: str | int) -> Document:
        """Make one."""
        return self.make(*self.given, *said)


class Span(NamedTuple):
    """Events of one kind that follow each other, one for each text, and the tokens that each carries.

    `words` makes the documents, of chunks what stands in them: of the texts alone or, where there are any, of `numbers` too.
    `own` are the documents of some places.
    """

    kind: str
    words: Words | None = None
    texts: Sequence[str] = ("",)
    tokens: Sequence[int] = (0,)
    own: Mapping[int, Document] = MappingProxyType({})
    numbers: Sequence[int] = ()


def one(kind: str, document: Document, tokens: int = 0) -> Span:
    """Make a span of one event."""
    return Span(kind, tokens=(tokens,), own={0: document})


class Shared(Struct):
    """What many streams have in common: the events between their own, but for the padding, and the tokens of all."""

    rows: list[Row]
    sheet: Sheet

    def __len__(self) -> int:
        return len(self.rows)


def shared(spans: Sequence[Span], first: int = 0, last: int = 0) -> Shared:
    """Render events but for their padding, with room for so many of a stream's own before and behind them."""
    rows: Due[Row] = Due()
    _put(rows, spans)
    return Shared(list(rows), Sheet([], _tokens(spans, first, last)))


def _tokens(spans: Sequence[Span], first: int, last: int) -> list[int]:
    return [*(0,) * first, *(count for span in spans for count in span.tokens), *(0,) * last]


def stream(
    told: Shared | Sequence[Span],
    moment: Moment,
    spent: Costs,
    finish: Finish,
    first: Sequence[Row] = (),
    last: Sequence[Row] = (),
) -> Stream:
    """Make a stream of what is shared, or serves once, between events that are its own and carry no tokens."""
    rows: Due[Row] = Due()
    rows.ready(first)
    if isinstance(told, Shared):
        rows.ready(told.rows)
    else:
        _put(rows, told)
    rows.ready(last)
    frames = _Padded(rows, moment)
    sheet = told.sheet.showing(frames) if isinstance(told, Shared) else Sheet(frames, _tokens(told, len(first), len(last)))
    return Stream(sheet, b"", (), spent.prompt, spent.completion, CONTENT_TYPE, grammar=GRAMMAR, finish=finish)


class _Padded(Frames):
    """The frames of a stream, each written of its row and its padding when it is looked at."""

    __slots__ = ("_lengths",)

    def __init__(self, rows: Sequence[Row], moment: Moment) -> None:
        super().__init__(rows)
        self._lengths = paddings(moment, len(rows))

    def __iter__(self) -> Iterator[Frame]:
        return map(_whole, self._rows, self._lengths)

    def _at(self, place: int) -> Frame:
        return _whole(self._rows[place], self._lengths[place])


def _whole(row: Row, length: int) -> Frame:
    return framed(row, length), b""


def paddings(moment: Moment, count: int) -> bytes:
    """Draw how long the padding of each event is, as places among the lengths there are."""
    return bytes([word % _LENGTHS for word in moment.random.words("padding", count)])


def framed(row: Row, length: int) -> bytes:
    """Write the frame of an event with a padding of that length."""
    write, document = row
    return write(document.replace(_PLACE, _PADDED[length]))


def _put(rows: Due[Row], spans: Sequence[Span]) -> None:
    """Put spans into a row, those that say a text to be looked up when they are due."""
    for words, run in groupby(spans, lambda span: span.words):
        if words is None:
            rows.ready(_alike([row(span.kind, document) for span in run for document in span.own.values()]))
            continue
        for span in run:
            own = {at: row(span.kind, document) for at, document in span.own.items()}
            if span.numbers:
                events: Sequence[Row] = Spelled(partial(_numbered, span.kind, words, span.numbers), span.texts)
            else:
                events = Looked(_table(span.kind, words), span.texts)
            rows.ready(Amended(events, own) if own else events)


def _alike(rows: list[Row]) -> tuple[Row, ...]:
    """The rows, or those of another stream that are the same, unless they say much."""
    return _run(*rows) if sum(len(document) for _, document in rows) <= _LONG else tuple(rows)


@lru_cache(maxsize=_RUNS)
def _run(*rows: Row) -> tuple[Row, ...]:
    return rows


@lru_cache(maxsize=_TABLES)
def _table(kind: str, words: Words) -> Table[str, Row]:
    """The events that say more of a text, by that."""
    return Table(lambda text: row(kind, words(text)))


def _numbered(kind: str, words: Words, numbers: Sequence[int], text: str, place: int) -> Row:
    return row(kind, words(text, numbers[place]))


def row(kind: str, document: Document) -> Row:
    """Write an event but for its padding; a chunk is told by the event of a model's own form that stands in it."""
    if kind == "chunk":
        return packed(msgspec.json.encode(document))
    return _writer(kind), msgspec.json.encode({**document, "p": _HOLE}, order="sorted")


def packed(inner: bytes) -> Row:
    """Write a chunk of an event of a model's own form."""
    return _writer("chunk"), b'{"bytes":"%b","p":%b}' % (b64encode(inner), _PLACE)
