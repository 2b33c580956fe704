"""Events of a Messages stream: how they are written, and how they are read and changed from outside (`model.frame.Grammar`).

Every event is `event: <type>` and compact JSON with the type first; before its last brace the API puts 0 to 15 spaces, except
in a ping (wire.md 11.4). Here their number is a function of the event, so that events may be shared. Pieces of a text are
written when they are looked at.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from zlib import crc32

import msgspec

from understudy.dialects._cut import Pieces, parted
from understudy.dialects._due import Due, Looked, Table
from understudy.dialects._spoken import decoded
from understudy.dialects.anthropic.answers import Part
from understudy.model.frame import Frame, Grammar
from understudy.model.frame import Part as Piece

PING = b'event: ping\ndata: {"type": "ping"}\n\n'
STOP = "message_stop"
_MARK = "\0text\0"  # stands for the text while the document is written; no reply holds a NUL between these
_WRITTEN = msgspec.json.encode(_MARK)[1:-1]
_TEXTS = ("text", "thinking", "partial_json")

_TABLES = 16  # of one kind of one block each


def event(kind: str, /, **members: Any) -> bytes:
    """Write an event."""
    data = msgspec.json.encode({"type": kind, **members})
    return b"event: %b\ndata: %b%b}\n\n" % (kind.encode(), data[:-1], b" " * (crc32(data) & 15))


@lru_cache(_TABLES)
def _deltas(index: int, kind: str, member: str) -> Table[str, Frame]:
    """Events that say a piece of a block, by its text: they name no answer, so all streams share them."""

    def say(text: str) -> Frame:
        return event("content_block_delta", index=index, delta={"type": kind, member: text}), b""

    return Table(say)


@lru_cache(_TABLES)
def _text_begins(index: int) -> list[Frame]:
    return _begins(index, {"type": "text", "text": ""})


@lru_cache(_TABLES)
def _ends(index: int) -> list[Frame]:
    return [(event("content_block_stop", index=index), b"")]


def _begins(index: int, block: dict[str, Any]) -> list[Frame]:
    found = [(event("content_block_start", index=index, content_block=block), b"")]
    return found if index else [*found, (PING, b"")]


class Events:
    """The events of content blocks, in order: `frames` are they, `tokens` what each carries."""

    def __init__(self) -> None:
        self.frames: Due[Frame] = Due()
        self.tokens: list[int] = []

    def block(self, index: int, part: Part, wire: dict[str, Any], pieces: Pieces) -> None:
        """Add those of one content block.

        Args:
            index: which block of the message it is.
            part: the block.
            wire: it, as a whole answer has it.
            pieces: its text, cut.
        """
        if part.kind == "text":
            cited = wire.get("citations")
            self._add(_text_begins(index) if cited is None else _begins(index, {"citations": [], "type": "text", "text": ""}))
            for citation in cited or ():
                self._delta(index, {"type": "citations_delta", "citation": citation})
            self._deltas(index, "text_delta", "text", pieces)
        elif part.kind == "thinking":
            self._add(_begins(index, {"type": "thinking", "thinking": "", "signature": ""}))
            self._deltas(index, "thinking_delta", "thinking", pieces)
            self._delta(index, {"type": "signature_delta", "signature": wire["signature"]})
        elif "input" in wire:
            self._add(_begins(index, {**wire, "input": {}}))
            self._deltas(index, "input_json_delta", "partial_json", [("", 0), *pieces])
        else:
            self._add(_begins(index, wire))
        self._add(_ends(index))

    def _delta(self, index: int, delta: dict[str, Any]) -> None:
        self._add([(event("content_block_delta", index=index, delta=delta), b"")])

    def _add(self, frames: list[Frame]) -> None:
        self.frames.ready(frames)
        self.tokens += [0] * len(frames)

    def _deltas(self, index: int, kind: str, member: str, pieces: Pieces) -> None:
        texts, tokens = parted(pieces)
        self.frames.ready(Looked(_deltas(index, kind, member), texts))
        self.tokens += tokens


def _document(data: bytes) -> dict[str, Any]:
    """Read the JSON of an event; of one that cannot be read, as a broken one or a comment, nothing."""
    return decoded(data.partition(b"data: ")[2]) or {}


def _again(document: dict[str, Any]) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (str(document.get("type")).encode(), msgspec.json.encode(document))


def say(data: bytes, raw: bytes) -> bytes | None:
    """Replace the text of an event by the raw inside of a JSON string; None when it has no text."""
    document = _document(data)
    delta = document.get("delta")
    if not isinstance(delta, dict):
        return None
    member = next((name for name in _TEXTS if delta.get(name)), None)
    if member is None:
        return None
    delta[member] = _MARK
    return _again(document).replace(_WRITTEN, raw, 1)


def without(data: bytes, part: Piece) -> bytes | None:
    """Leave a part out of an event; None when nothing else is in it, the event itself when it has no such part."""
    document = _document(data)
    kind = document.get("type")
    if part == "done":
        return None if kind == STOP else data
    if kind != "message_delta":
        return data
    if part == "usage":
        document.pop("usage", None)
    elif isinstance(document.get("delta"), dict):
        document["delta"] = {**document["delta"], "stop_reason": None, "stop_sequence": None}
    return _again(document)


GRAMMAR = Grammar(without, say)
