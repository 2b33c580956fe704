"""A request's body: from framed and perhaps compressed bytes to the bytes the client meant.

Every limit bites while the body arrives: a chunk when its size is read, a compressed body while it is inflated. In: the
connection's buffer and an offset. Out: a new offset, and the body when `complete`. Knows RFC 9112 section 7 and zlib.
"""

from __future__ import annotations

import re
import zlib
from typing import NoReturn, Protocol

from understudy.model.http import RequestHead
from understudy.wire.limits import Limits, refuse
from understudy.wire.request_head import CHUNKED, ParsedHead

MAX_LINE = 4096
"""Longest chunk-size or trailer line."""

MAX_MEMBERS = 1000
"""Most members of a gzip body, one after another: each costs time, even an empty one."""

_SLICE = 1 << 16  # bytes inflated at a time: what is behind the end of a member is copied
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?")
_TRAILER = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*")


class _Plain:
    """Collects a body as it is; whoever frames it has checked its size."""

    __slots__ = ("_whole",)

    def __init__(self) -> None:
        self._whole = bytearray()

    def add(self, piece: bytes | bytearray) -> None:
        self._whole += piece

    def finish(self) -> bytes:
        return bytes(self._whole)


class _Inflating:
    """Inflates a body while it arrives, and stops a bomb at the limit."""

    __slots__ = ("_coding", "_fed", "_head", "_limit", "_members", "_start", "_whole", "_zlib")

    def __init__(self, coding: str, limit: int, head: RequestHead) -> None:
        self._coding = coding
        self._limit = limit
        self._head = head
        self._whole = bytearray()
        self._fed = False
        self._start = b""
        self._members = 1
        self._zlib = zlib.decompressobj(31) if coding == "gzip" else None

    def add(self, piece: bytes | bytearray) -> None:
        self._fed = self._fed or bool(piece)
        if self._zlib is None:
            self._start = piece = self._start + piece
            if len(piece) < 2:
                return
            self._zlib = zlib.decompressobj(15 if _has_zlib_header(piece) else -15)
        try:
            for at in range(0, len(piece), _SLICE):
                self._inflate(self._zlib, piece[at : at + _SLICE])
        except zlib.error:
            self._refuse_broken()

    def finish(self) -> bytes:
        if self._fed and not (self._zlib and self._zlib.eof):
            self._refuse_broken()
        return bytes(self._whole)

    def _inflate(self, stream: zlib._Decompress, piece: bytes | bytearray) -> None:
        while piece:
            self._whole += stream.decompress(piece, self._limit - len(self._whole) + 1)
            if len(self._whole) > self._limit:
                refuse(413, f"request body: expected at most {self._limit} bytes when inflated, got more.", self._head)
            piece = stream.unconsumed_tail
            if stream.unused_data:
                piece, stream = stream.unused_data, self._next_member()

    def _next_member(self) -> zlib._Decompress:
        """Begin the next member of a gzip file (RFC 1952 section 2.2); what is not gzip has one."""
        self._members += 1
        if self._coding != "gzip" or self._members > MAX_MEMBERS:
            self._refuse_broken()
        self._zlib = zlib.decompressobj(31)
        return self._zlib

    def _refuse_broken(self) -> NoReturn:
        refuse(400, f"request body: expected one whole {self._coding} stream, got something else.", self._head)


def _has_zlib_header(start: bytes | bytearray) -> bool:
    """Tell zlib framing (RFC 1950), which `deflate` means, from the raw stream that some clients send."""
    return start[0] & 15 == 8 and (start[0] << 8 | start[1]) % 31 == 0


class Body(Protocol):
    """A body on its way in."""

    head: RequestHead
    complete: bool
    received: int

    def feed(self, buffer: bytes | bytearray, at: int) -> int:
        """Take what belongs to the body from `buffer[at:]`; return the offset behind it."""
        ...

    def finish(self) -> bytes:
        """Return the body, once complete."""
        ...


class LengthBody:
    """A body of announced length."""

    __slots__ = ("_sink", "_size", "complete", "head", "received")

    def __init__(self, head: RequestHead, size: int, sink: _Plain | _Inflating) -> None:
        self.head = head
        self._size = size
        self._sink = sink
        self.received = 0
        self.complete = size == 0

    def feed(self, buffer: bytes | bytearray, at: int) -> int:
        """Take what is there, up to the announced length."""
        end = min(len(buffer), at + self._size - self.received)
        self._sink.add(buffer if at == 0 and end == len(buffer) else buffer[at:end])
        self.received += end - at
        self.complete = self.received == self._size
        return end

    def finish(self) -> bytes:
        """Return the body."""
        return self._sink.finish()


class ChunkedBody:
    """A body in chunks. Lines end in CR LF exactly; extensions and trailers are read, bounded and dropped."""

    __slots__ = ("_fields", "_left", "_limits", "_overhead", "_sink", "_state", "_total", "complete", "head", "received")

    def __init__(self, head: RequestHead, limits: Limits, sink: _Plain | _Inflating) -> None:
        self.head = head
        self._limits = limits
        self._sink = sink
        self._state = "size"
        self._left = 0
        self._total = 0
        self._overhead = 0
        self._fields = 0
        self.received = 0
        self.complete = False

    def feed(self, buffer: bytes | bytearray, at: int) -> int:
        """Take whole lines and whatever there is of data; a part of a line stays for the next time."""
        start = at
        while not self.complete:
            before = at
            if self._state == "data":
                at = self._data(buffer, at)
            elif self._state == "size":
                at = self._size(buffer, at)
            elif self._state == "data end":
                at = self._data_end(buffer, at)
            else:
                at = self._trailer(buffer, at)
            if at == before:
                break
        self.received += at - start
        return at

    def finish(self) -> bytes:
        """Return the body."""
        return self._sink.finish()

    def _line(self, buffer: bytes | bytearray, at: int) -> int:
        """Find the CR LF of the line at `at`; -1 when it has not come yet."""
        end = buffer.find(b"\n", at, at + MAX_LINE)
        if end < 0:
            if len(buffer) - at >= MAX_LINE:
                refuse(400, f"chunked body: expected lines of at most {MAX_LINE} bytes, got a longer one.", self.head)
            return -1
        if end == at or buffer[end - 1] != 13:
            refuse(400, "chunked body: expected lines that end in CR LF.", self.head)
        return end - 1

    def _size(self, buffer: bytes | bytearray, at: int) -> int:
        end = self._line(buffer, at)
        if end < 0:
            return at
        match = _SIZE.fullmatch(buffer, at, end)
        if match is None:
            refuse(400, "chunk size: expected hexadecimal digits, got something else.", self.head)
        self._left = int(match[1], 16)
        self._total += self._left
        self._overhead += end - match.end(1)
        if self._total > self._limits.max_body:
            refuse(413, f"request body: expected at most {self._limits.max_body} bytes, got more.", self.head)
        if self._overhead > self._limits.max_header:
            refuse(413, f"chunk extensions: expected at most {self._limits.max_header} bytes, got more.", self.head)
        self._state = "data" if self._left else "trailer"
        return end + 2

    def _data(self, buffer: bytes | bytearray, at: int) -> int:
        end = min(len(buffer), at + self._left)
        self._sink.add(buffer[at:end])
        self._left -= end - at
        if not self._left:
            self._state = "data end"
        return end

    def _data_end(self, buffer: bytes | bytearray, at: int) -> int:
        if not b"\r\n".startswith(buffer[at : at + 2]):
            refuse(400, "chunk: expected CR LF behind as many bytes as its size says.", self.head)
        if len(buffer) - at < 2:
            return at
        self._state = "size"
        return at + 2

    def _trailer(self, buffer: bytes | bytearray, at: int) -> int:
        end = self._line(buffer, at)
        if end < 0:
            return at
        self._overhead += end - at
        self._fields += 1
        if end == at:
            self.complete = True
        elif self._overhead > self._limits.max_header or self._fields > self._limits.max_header_count:
            refuse(431, f"trailers: expected at most {self._limits.max_header} bytes, got more.", self.head)
        elif _TRAILER.fullmatch(buffer, at, end) is None:
            refuse(400, "trailer: expected a header field, got something else.", self.head)
        return end + 2


def receive(head: ParsedHead, length: int, limits: Limits) -> LengthBody | ChunkedBody:
    """Get ready for the body a head announces."""
    sink = _Inflating(head.coding, limits.max_body, head.request) if head.coding else _Plain()
    if length == CHUNKED:
        return ChunkedBody(head.request, limits, sink)
    return LengthBody(head.request, length, sink)
