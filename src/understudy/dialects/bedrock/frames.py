"""Events of Bedrock's streams as binary frames.

Every event is padded by a member `p`, the beginning of an alphabet, of a length drawn anew (wire.md 14.3). Events of a model's
own form stand base64-encoded in frames of type `chunk`. What serves once is written when it is due.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._due import Due
from understudy.dialects._stencil import Row as Stencil
from understudy.dialects._stencil import cut_out, fill, hole
from understudy.dialects._turn import Costs
from understudy.dialects.bedrock.grammar import GRAMMAR
from understudy.model.frame import Frames, Sheet, Stream
from understudy.model.reply import Finish
from understudy.wire.eventstream import writer

CONTENT_TYPE = "application/vnd.amazon.eventstream"

Row = tuple[str, dict[str, Any], int]

_PADDING = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_SHORTEST, _LENGTHS = 2, 60
_PADDED = tuple(b'"%b"' % _PADDING[: _SHORTEST + more].encode() for more in range(_LENGTHS))


def _frame(kind: str, payload: bytes) -> bytes:
    return _writer(kind)(payload)


@lru_cache(maxsize=64)
def _writer(kind: str) -> Callable[[bytes], bytes]:
    return writer({":event-type": kind, ":content-type": "application/json", ":message-type": "event"})


class Span(NamedTuple):
    """Events of one kind that follow each other: `make` gives the document of each by its place, `tokens` what each carries."""

    kind: str
    make: Callable[[int], dict[str, Any]]
    tokens: Sequence[int] = (0,)


def one(kind: str, document: dict[str, Any], tokens: int = 0) -> Span:
    """Make a span of one event."""
    return Span(kind, lambda _: document, (tokens,))


class Shared(Struct):
    """What many streams have in common: the events between their own, but for the padding, and the tokens of all."""

    rows: list[tuple[str, Stencil]]
    sheet: Sheet

    def __len__(self) -> int:
        return len(self.rows)


def shared(spans: Iterable[Span], first: int = 0, last: tuple[int, ...] = (0,)) -> Shared:
    """Render events but for their padding; so many of a stream's own come before them, others that carry tokens behind."""
    listed = [(kind, _unpadded(make(at)), count) for kind, make, tokens in spans for at, count in enumerate(tokens)]
    tokens = [*(0,) * first, *(count for _, _, count in listed), *last]
    return Shared([(kind, document) for kind, document, _ in listed], Sheet([], tokens))


def stream(
    told: Shared | Sequence[Span],
    moment: Moment,
    spent: Costs,
    finish: Finish,
    first: Sequence[Row] = (),
    last: Sequence[Row] = (),
) -> Stream:
    """Make a stream of what is shared, or serves once, between events that are its own."""
    if isinstance(told, Shared):
        sheet = told.sheet.showing(padded(told.rows, _spelled, moment, first, last))
    else:
        counts = [count for span in told for count in span.tokens]
        words = moment.random.words("padding", len(first) + len(counts) + len(last))
        tokens = [*(count for _, _, count in first), *counts, *(count for _, _, count in last)]
        sheet = Sheet(_framed(_due(told, words, len(first)), words, first, last), tokens)
    return Stream(sheet, b"", (), spent.prompt, spent.completion, CONTENT_TYPE, grammar=GRAMMAR, finish=finish)


def _due(spans: Sequence[Span], words: Sequence[int], number: int) -> Due[bytes]:
    """Make frames when they are looked at, the first of them with the padding of that number."""
    found: Due[bytes] = Due()
    for kind, make, tokens in spans:
        found.add(partial(_made, kind, make, words, number + len(found)), len(tokens))
    return found


def _made(kind: str, make: Callable[[int], dict[str, Any]], words: Sequence[int], first: int, at: int) -> bytes:
    return _own((kind, make(at), 0), words[first + at])


def padded(
    rows: Sequence[Any],
    spell: Callable[[Any, bytes], bytes],
    moment: Moment,
    first: Sequence[Row] = (),
    last: Sequence[Row] = (),
) -> Frames:
    """Make frames of rows, which are spelled with their padding when they are looked at, and of events of a stream's own."""
    before = len(first)
    words = moment.random.words("padding", before + len(rows) + len(last))
    return _framed(rows, words, first, last, lambda row, place: spell(row, _padding(words[before + place])))


def _framed(
    rows: Sequence[Any],
    words: Sequence[int],
    first: Sequence[Row],
    last: Sequence[Row],
    spell: Callable[[Any, int], bytes] | None = None,
) -> Frames:
    """Put events of a stream's own around rows."""
    behind = len(first) + len(rows)
    return Frames(
        rows,
        spell,
        [_own(row, word) for row, word in zip(first, words, strict=False)],
        [_own(row, word) for row, word in zip(last, words[behind:], strict=True)],
    )


def behind(rows: Iterable[Row], place: int, moment: Moment) -> tuple[bytes, ...]:
    """Make frames of events that come behind so many others."""
    listed = list(rows)
    words = moment.random.words("padding", place + len(listed))
    return tuple(_own(row, word) for row, word in zip(listed, words[place:], strict=True))


def _own(row: Row, word: int) -> bytes:
    return _frame(row[0], msgspec.json.encode({**row[1], "p": msgspec.Raw(_padding(word))}, order="sorted"))


def _padding(word: int) -> bytes:
    return _PADDED[word % _LENGTHS]


def _unpadded(document: dict[str, Any]) -> Stencil:
    return cut_out(msgspec.json.encode({**document, "p": hole(0)}, order="sorted"))


def _spelled(row: tuple[str, Stencil], padding: bytes) -> bytes:
    kind, document = row
    return _frame(kind, fill(document, (padding,)))


def spell_chunk(inner: bytes, padding: bytes) -> bytes:
    """Write a chunk of an event of a model's own form."""
    return _frame("chunk", b'{"bytes":"%b","p":%b}' % (b64encode(inner), padding))


def chunks(rows: Iterable[tuple[dict[str, Any], int]]) -> list[Row]:
    """Wrap events of a model's own form."""
    return [("chunk", _packed(inner), tokens) for inner, tokens in rows]


def wrapped(span: Span) -> Span:
    """Wrap events of a model's own form that are made when they are due."""
    return Span("chunk", lambda at: _packed(span.make(at)), span.tokens)


def _packed(inner: dict[str, Any]) -> dict[str, Any]:
    return {"bytes": b64encode(msgspec.json.encode(inner)).decode()}
