"""The documents an answer is made of, whatever holds them together, each with the moment it was whole.

In: the content type of an answer and its pieces. Out: JSON objects: one, or those of server-sent events, of lines, of an array
that was written bit by bit, of binary frames. Knows framing and no provider, but for what AWS wraps its events in.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, Final, Literal

import msgspec

from understudy.untrusted import NOT_JSON
from understudy.wire.eventstream import BrokenFrameError, Message, decode

Document = dict[str, Any]
Chunks = list[tuple[float, bytes]]
Form = Literal["events", "lines", "frames", "array", "whole"]

FRAMES: Final = "application/vnd.amazon.eventstream"
_FORMS: Final[dict[str, Form]] = {
    "text/event-stream": "events",
    "application/x-ndjson": "lines",
    "application/jsonl": "lines",
    FRAMES: "frames",
}
_BETWEEN = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_SPACE = re.compile(r"[\s,]*")
_DONE = "[DONE]"


def form_of(content_type: str, *, streamed: bool, begins: bytes = b"") -> Form:
    """Tell how an answer is put together; `streamed` says that a stream was asked for."""
    found = _FORMS.get(content_type.partition(";")[0].strip().lower(), "whole")
    return "array" if found == "whole" and streamed and begins.lstrip()[:1] == b"[" else found


class Moments:
    """When which byte of a body had come."""

    def __init__(self, chunks: Chunks) -> None:
        self._chunks = chunks
        self._ends = list(accumulate(len(data) for _, data in chunks))
        self.body = b"".join(data for _, data in chunks)

    def of(self, end: int) -> float:
        """The moment at which everything before a place was there."""
        part = bisect_right(self._ends, max(0, min(end, len(self.body)) - 1))
        return self._chunks[min(part, len(self._chunks) - 1)][0] if self._chunks else 0.0


def events(chunks: Chunks) -> list[tuple[float, str, str]]:
    """The events of an event stream: when each was whole, its name, its data."""
    moments = Moments(chunks)
    found, start = [], 0
    ends = [(match.start(), match.end()) for match in _BETWEEN.finditer(moments.body)]
    for stop, end in [*ends, (len(moments.body), len(moments.body))]:
        lines = [line.partition(b":") for line in moments.body[start:stop].splitlines()]
        said = [value.removeprefix(b" ") for name, _, value in lines if name == b"data"]
        name = next((value.strip() for name, _, value in lines if name == b"event"), b"")
        if said:
            found.append((moments.of(end), name.decode("utf-8", "replace"), b"\n".join(said).decode("utf-8", "replace")))
        start = end
    return found


def documents(form: Form, chunks: Chunks) -> list[tuple[float, Document]] | None:
    """The documents of a stream; None when something else is in it."""
    found: list[tuple[float, Document]] = []
    try:
        for at, data in _FOUND[form](chunks):
            document = object_of(data)
            if document is None:
                return None
            found.append((at, document))
    except (ValueError, BrokenFrameError):
        return None
    return found


def object_of(data: bytes | str) -> Document | None:
    """Read a JSON object; None when it is none."""
    try:
        found = msgspec.json.decode(data)
    except NOT_JSON:
        return None
    return found if isinstance(found, dict) else None


def _whole(chunks: Chunks) -> Iterator[tuple[float, bytes | str]]:
    moments = Moments(chunks)
    yield moments.of(len(moments.body)), moments.body


def _events(chunks: Chunks) -> Iterator[tuple[float, bytes | str]]:
    yield from ((at, data) for at, _, data in events(chunks) if data.strip() != _DONE)


def _lines(chunks: Chunks) -> Iterator[tuple[float, bytes | str]]:
    moments, end = Moments(chunks), 0
    for line in moments.body.splitlines(keepends=True):
        end += len(line)
        if line.strip():
            yield moments.of(end), line


def _array(chunks: Chunks) -> Iterator[tuple[float, bytes | str]]:
    """The elements of an array that may not have come to its end."""
    moments = Moments(chunks)
    text = moments.body.decode("latin-1")  # one character a byte, so that places in it are places in the body
    decoder = json.JSONDecoder()
    at = len(text) - len(text.lstrip()) + 1
    while True:
        gap = _SPACE.match(text, at)
        at = gap.end() if gap is not None else at
        if text[at : at + 1] in ("]", ""):
            return
        _, end = decoder.raw_decode(text, at)
        yield moments.of(end), moments.body[at:end]
        at = end


def _frames(chunks: Chunks) -> Iterator[tuple[float, bytes | str]]:
    moments, end = Moments(chunks), 0
    for message in decode(moments.body):
        end += int.from_bytes(moments.body[end : end + 4], "big")
        yield moments.of(end), _unwrapped(message)


def _unwrapped(message: Message) -> bytes:
    """An event under its type, that of a model's own form as it is; an exception says what it is."""
    kind = message.headers.get(":event-type", "")
    document = object_of(message.payload) or {}
    if message.headers.get(":message-type") in ("exception", "error"):
        name = message.headers.get(":exception-type") or message.headers.get(":error-code", "")
        return msgspec.json.encode({"exception": name, "message": document.get("message")})
    packed = document.get("bytes")
    return b64decode(packed) if isinstance(packed, str) else msgspec.json.encode({kind: document})


_FOUND: Final = {"whole": _whole, "events": _events, "lines": _lines, "array": _array, "frames": _frames}
