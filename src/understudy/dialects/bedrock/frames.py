"""Events of Bedrock's streams as binary frames: written, and read and changed from outside (`model.frame.Grammar`).

Every event is padded by a member `p`, the beginning of an alphabet, of a length drawn anew (wire.md 14.3). Events of a model's
own form stand base64-encoded in frames of type `chunk`.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._emptied import emptying
from understudy.dialects._spoken import decoded
from understudy.dialects._stencil import Row as Stencil
from understudy.dialects._stencil import cut_out, fill, hole
from understudy.dialects._turn import Costs
from understudy.model.frame import Frames, Grammar, Part, Sheet, Stream
from understudy.wire.eventstream import Message, decode, encode

CONTENT_TYPE = "application/vnd.amazon.eventstream"

Row = tuple[str, dict[str, Any], int]

_PADDING = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_SHORTEST, _LENGTHS = 2, 60
_MARK = "\0text\0"  # stands for the text while the document is written; no reply holds a NUL between these
_WRITTEN = msgspec.json.encode(_MARK)[1:-1]
_USAGE = ("usage", "metrics", "amazon-bedrock-invocationMetrics")
_ENDS = ("messageStop", "message_stop")
_LISTS = (
    "results",
    "outputs",
    "choices",
    "generations",
)  # of Titan's, Mistral's, OpenAI's and Cohere's; the others have the content of one message, or a text
_EMPTYING = tuple(map(emptying, _LISTS))


def _frame(kind: str, payload: bytes) -> bytes:
    return encode({":event-type": kind, ":content-type": "application/json", ":message-type": "event"}, payload)


class Shared(Struct):
    """What many streams have in common: the events between their own, but for the padding, and the tokens of all."""

    rows: list[tuple[str, Stencil]]
    sheet: Sheet


def shared(rows: Iterable[Row], first: int = 0, last: tuple[int, ...] = (0,)) -> Shared:
    """Render events but for their padding; so many of a stream's own come before them, others that carry tokens behind."""
    listed = list(rows)
    tokens = [*(0,) * first, *(tokens for _, _, tokens in listed), *last]
    return Shared([(kind, _unpadded(document)) for kind, document, _ in listed], Sheet([], tokens))


def stream(told: Shared, moment: Moment, spent: Costs, first: Sequence[Row] = (), last: Sequence[Row] = ()) -> Stream:
    """Make a stream of what is shared between events that are its own."""
    sheet = told.sheet.showing(padded(told.rows, _spelled, moment, first, last))
    return Stream(sheet, b"", (), spent.prompt, spent.completion, CONTENT_TYPE, grammar=GRAMMAR)


def padded(
    rows: Sequence[Any],
    spell: Callable[[Any, bytes], bytes],
    moment: Moment,
    first: Sequence[Row] = (),
    last: Sequence[Row] = (),
) -> Frames:
    """Make frames of rows, which are spelled with their padding when they are looked at, and of events of a stream's own."""
    before, behind = len(first), len(first) + len(rows)
    words = moment.random.words("padding", behind + len(last))
    return Frames(
        rows,
        lambda row, place: spell(row, _padding(words[before + place])),
        [_own(row, word) for row, word in zip(first, words, strict=False)],
        [_own(row, word) for row, word in zip(last, words[behind:], strict=True)],
    )


def behind(rows: Iterable[Row], place: int, moment: Moment) -> tuple[bytes, ...]:
    """Make frames of events that come behind so many others."""
    listed = list(rows)
    words = moment.random.words("padding", place + len(listed))
    return tuple(_own(row, word) for row, word in zip(listed, words[place:], strict=True))


def _own(row: Row, word: int) -> bytes:
    return _spelled((row[0], _unpadded(row[1])), _padding(word))


def _padding(word: int) -> bytes:
    return b'"%b"' % _PADDING[: _SHORTEST + word % _LENGTHS].encode()


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
    return [("chunk", {"bytes": b64encode(msgspec.json.encode(inner)).decode()}, tokens) for inner, tokens in rows]


def _opened(event: bytes) -> tuple[Message, dict[str, Any], dict[str, Any]]:
    """Read a frame: itself, its document, and the document that holds what is said (the inner one of a chunk)."""
    message = next(decode(event))
    document = decoded(message.payload) or {}
    packed = document.get("bytes")
    return message, document, decoded(b64decode(packed)) or {} if isinstance(packed, str) else document


def _closed(message: Message, document: dict[str, Any], inner: dict[str, Any], raw: bytes | None = None) -> bytes:
    """Write a frame anew, with the text replaced."""
    data = msgspec.json.encode(inner)
    if raw is not None:
        data = data.replace(_WRITTEN, raw, 1)
    if inner is not document:
        data = msgspec.json.encode({**document, "bytes": b64encode(data).decode()})
    return encode(message.headers, data)


def _say(event: bytes, raw: bytes) -> bytes | None:
    message, document, inner = _opened(event)
    holder = _holder(inner, 0)
    if holder is None:
        return None
    place, member = holder
    place[member] = _MARK
    return _closed(message, document, inner, raw)


_TEXTS = ("text", "content", "arguments", "thinking", "partial_json", "input", "generation", "outputText")


def _holder(value: Any, depth: int) -> tuple[dict[str, Any], str] | None:
    """Find where the text of an event is, whatever the model's form."""
    if isinstance(value, list):
        found = (_holder(item, depth + 1) for item in value)
        return next((place for place in found if place is not None), None)
    if not isinstance(value, dict) or depth > 5:
        return None
    member = next((name for name in _TEXTS if isinstance(value.get(name), str) and value[name]), None)
    return (value, member) if member else _holder(list(value.values()), depth + 1)


def _without(event: bytes, part: Part) -> bytes | None:
    message, document, inner = _opened(event)
    kind = message.headers.get(":event-type")
    if part == "done":  # the frame after which nothing is said
        return None if kind in _ENDS or inner.get("type") in _ENDS else event
    if part == "usage" and kind == "metadata":
        return None
    if part == "finish" and kind == "messageStop":
        inner.pop("stopReason", None)
    elif part == "finish" and isinstance(inner.get("delta"), dict) and "stop_reason" in inner["delta"]:
        inner["delta"] = {**inner["delta"], "stop_reason": None}
    elif part == "usage" and any(name in inner for name in _USAGE) and kind == "chunk":
        for name in _USAGE:
            inner.pop(name, None)
    else:
        return event
    return _closed(message, document, inner)


def emptied(data: bytes) -> bytes:
    """Empty the list that a document, or the document in a frame, has for answers: only some models' forms have one."""
    if data.startswith(b"{"):
        return _no_answers(data)
    message, document, inner = _opened(data)
    if not any(name in inner for name in _LISTS):
        return data
    return _closed(message, document, inner | {name: [] for name in _LISTS if name in inner})


def _no_answers(document: bytes) -> bytes:
    for empty in _EMPTYING:
        document = empty(document)
    return document


GRAMMAR = Grammar(_without, _say, emptied)
