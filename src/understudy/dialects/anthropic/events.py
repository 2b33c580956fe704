"""Events of a Messages stream: how they are written, and how they are read and changed from outside (`model.frame.Grammar`).

Every event is `event: <type>` and compact JSON with the type first; before its last brace the API puts 0 to 15 spaces, except
in a ping (wire.md 11.4). Here their number is a function of the event, so that events may be shared.
"""

from __future__ import annotations

from typing import Any
from zlib import crc32

import msgspec

from understudy.dialects._cut import Pieces
from understudy.dialects.anthropic.answers import Part
from understudy.model.frame import Grammar
from understudy.model.frame import Part as Piece

Row = tuple[bytes, int]

PING = b'event: ping\ndata: {"type": "ping"}\n\n'
STOP = "message_stop"
_MARK = "\0text\0"  # stands for the text while the document is written; no reply holds a NUL between these
_WRITTEN = msgspec.json.encode(_MARK)[1:-1]
_TEXTS = ("text", "thinking", "partial_json")


def event(kind: str, /, **members: Any) -> bytes:
    """Write an event."""
    data = msgspec.json.encode({"type": kind, **members})
    return b"event: %b\ndata: %b%b}\n\n" % (kind.encode(), data[:-1], b" " * (crc32(data) & 15))


def rows(index: int, part: Part, wire: dict[str, Any], pieces: Pieces) -> list[Row]:
    """Write the events of one content block, and the tokens each carries.

    Args:
        index: which block of the message it is.
        part: the block.
        wire: it, as a whole answer has it.
        pieces: its text, cut.
    """
    start: dict[str, Any]
    if part.kind == "text":
        cited = wire.get("citations")
        start = {"type": "text", "text": ""} if cited is None else {"citations": [], "type": "text", "text": ""}
        deltas = [(_citing(index, citation), 0) for citation in cited or ()] + _deltas(index, "text_delta", "text", pieces)
    elif part.kind == "thinking":
        start = {"type": "thinking", "thinking": "", "signature": ""}
        signature = {"type": "signature_delta", "signature": wire["signature"]}
        deltas = _deltas(index, "thinking_delta", "thinking", pieces)
        deltas.append((event("content_block_delta", index=index, delta=signature), 0))
    elif "input" in wire:
        start = {**wire, "input": {}}
        deltas = _deltas(index, "input_json_delta", "partial_json", [("", 0), *pieces])
    else:
        start, deltas = wire, []
    opened = (event("content_block_start", index=index, content_block=start), 0)
    pings = [] if index else [(PING, 0)]
    return [opened, *pings, *deltas, (event("content_block_stop", index=index), 0)]


def _citing(index: int, citation: Any) -> bytes:
    return event("content_block_delta", index=index, delta={"type": "citations_delta", "citation": citation})


def _deltas(index: int, kind: str, member: str, pieces: Pieces) -> list[Row]:
    return [(event("content_block_delta", index=index, delta={"type": kind, member: text}), n) for text, n in pieces]


def _document(data: bytes) -> dict[str, Any]:
    """Read the JSON of an event."""
    _, _, found = data.partition(b"data: ")
    value = msgspec.json.decode(found)
    return value if isinstance(value, dict) else {}


def _again(document: dict[str, Any]) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (str(document["type"]).encode(), msgspec.json.encode(document))


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
    else:
        document["delta"] = {**document["delta"], "stop_reason": None, "stop_sequence": None}
    return _again(document)


GRAMMAR = Grammar(without, say)
