"""Secrets that a stream spells out piece by piece, so that no event of it holds one.

In: the body of an answer, and what hides secrets in a text. Out: the body with each such text in its first piece, hidden, and
nothing in the others. Knows no provider: pieces that belong together stand at the same place of one document after another,
under the same numbers.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec

from understudy.recorder.documents import Document, object_of
from understudy.untrusted import NOT_JSON
from understudy.wire.eventstream import BrokenFrameError, Message, decode, encode

Hide = Callable[[str], str]

_LINE = re.compile(r"(?:data:)? ?(?=\{)")
_PACKED = "bytes"


class Piece(NamedTuple):
    """A text in a document: where the document stands, the object or list that holds the text, its name or number there."""

    at: int
    holder: Any
    name: Any

    @property
    def text(self) -> str:
        """What it says."""
        text: str = self.holder[self.name]
        return text


def unspelled(body: str, hide: Hide) -> str:
    """Hide what the documents of a body spell out: there is one in a line each, or all are a list."""
    lines = body.split("\n")
    marks = [_LINE.match(line) for line in lines]
    documents = [object_of(line[mark.end() :]) if mark else None for line, mark in zip(lines, marks, strict=True)]
    if not any(documents):
        return _listed(body, hide)
    changed = _hidden(documents, hide)
    for at in changed:
        mark, end = marks[at], "\r" if lines[at].endswith("\r") else ""
        lines[at] = (mark[0] if mark else "") + msgspec.json.encode(documents[at]).decode() + end
    return "\n".join(lines) if changed else body


def unspelled_frames(body: bytes, hide: Hide) -> bytes:
    """Hide what the documents of binary frames spell out; a frame that broke off stays."""
    messages: list[Message] = []
    frames, end = [], 0
    with suppress(BrokenFrameError):
        for message in decode(body):
            size = int.from_bytes(body[end : end + 4], "big")
            messages.append(message)
            frames.append(body[end : end + size])
            end += size
    outer = [object_of(message.payload) for message in messages]
    inner = [_unpacked(document) for document in outer]
    for at in _hidden(inner, hide):
        document = inner[at]
        if document is not outer[at]:
            document = {**(outer[at] or {}), _PACKED: b64encode(msgspec.json.encode(document)).decode()}
        frames[at] = encode(messages[at].headers, msgspec.json.encode(document))
    return b"".join([*frames, body[end:]])


def _unpacked(document: Document | None) -> Document | None:
    packed = (document or {}).get(_PACKED)
    return object_of(b64decode(packed)) if isinstance(packed, str) else document


def _listed(body: str, hide: Hide) -> str:
    """Hide what a list of documents spells out, whole or broken off."""
    for whole in (body, body.rstrip().rstrip(",") + "]"):
        try:
            documents = msgspec.json.decode(whole)
        except NOT_JSON:
            continue
        if isinstance(documents, list) and _hidden(documents, hide):
            said = ",\r\n".join(msgspec.json.encode(document).decode() for document in documents)
            return f"[{said}]" if whole is body else f"[{said}"
    return body


def _hidden(documents: Sequence[Document | None], hide: Hide) -> set[int]:
    """Hide what is spelled out; give the places of the documents that changed."""
    places: dict[tuple[Any, ...], list[Piece]] = {}
    for at, document in enumerate(documents):
        for place, holder, name in _texts(document, ()):
            places.setdefault(place, []).append(Piece(at, holder, name))
    changed: set[int] = set()
    for pieces in places.values():
        repeats = len({piece.text for piece in pieces}) == 1  # an identifier, say: each has all of it
        said = pieces[0].text if repeats else "".join(piece.text for piece in pieces)
        hidden = hide(said)
        if hidden != said:
            for piece in pieces:
                piece.holder[piece.name] = hidden
                hidden = hidden if repeats else ""
            changed |= {piece.at for piece in pieces}
    return changed


def _texts(value: Any, place: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any, Any]]:
    """Give the texts of a document: where each stands, what holds it, and its name there."""
    if isinstance(value, dict):
        place += tuple((name, number) for name, number in value.items() if isinstance(number, int) and "ndex" in name)
    names = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in names:
        if isinstance(inner, str):
            yield (*place, name), value, name
        else:
            yield from _texts(inner, (*place, name))
