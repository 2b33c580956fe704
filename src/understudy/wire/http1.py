"""HTTP/1 for a server, sans-I/O: bytes in, whole requests or one refusal out.

`Parser` survives a cut at any byte, pipelining and hostile input; every limit bites while bytes arrive. A client that repeats
its last head, or one of another connection, byte for byte (Content-Length aside) gets the same `RequestHead` without parsing.
The grammar is in `request_head` and `request_body`; answers are spelled in `response`. Knows RFC 9110 and 9112; no socket.
"""

from __future__ import annotations

from typing import Literal

from understudy.model.http import Refusal, RequestHead
from understudy.wire.heads import Heads, around_length
from understudy.wire.limits import Limits, RefusalError
from understudy.wire.request_body import Body, receive
from understudy.wire.request_head import (
    LINE_SLACK,
    ParsedHead,
    check_bytes,
    check_line,
    check_sizes,
    parse_head,
    refuse_length,
)

__all__ = ["Limits", "Parser", "Phase"]

Phase = Literal["idle", "head", "body", "over"]

_DIGITS = 20  # longest Content-Length that is worth looking at in a repeated head


class Parser:
    """Turns what one client sends into requests.

    Use: `feed` what arrived, then `next` until it returns None (more is needed, or nothing more comes). After a refusal, and
    after a request that does not keep the connection alive, it is over and drops what comes. `heads` are shared with others.
    """

    __slots__ = (
        "_at",
        "_body",
        "_buffer",
        "_continue",
        "_heads",
        "_known",
        "_limits",
        "_line_end",
        "_max_body",
        "_over",
        "_scanned",
    )

    def __init__(self, limits: Limits, heads: Heads | None = None) -> None:
        self._limits = limits
        self._heads = Heads() if heads is None else heads
        self._max_body = limits.max_body
        self._buffer: bytes | bytearray = b""
        self._at = 0
        self._scanned = 0  # bytes of an incomplete head that have been looked at
        self._line_end = -1  # where its request line ends, once that has been judged
        self._body: Body | None = None
        self._continue = False
        self._over = False
        self._known = self._heads.latest

    def whole(self, data: bytes, at: int = 0) -> tuple[RequestHead, bytes, int] | None:
        """Read a whole request that repeats the last head: the fast lane.

        Returns:
            Head, body and the offset behind it; None when the ordinary way has to be taken. Nothing is consumed.
        """
        known = self._known
        if known is None or known.plain is None:
            return None
        if data.startswith(known.block, at):  # to the digit
            start = at + len(known.block)
            end = start + known.length
            return (known.plain, data[start:end], end) if end <= len(data) else None
        if not data.startswith(known.before, at):
            return None
        start, after = at + len(known.before), known.after
        digits_end = data.find(after, start, start + _DIGITS + len(after))
        digits = data[start:digits_end]
        if digits_end < 0 or not digits.isdigit():
            return None
        start = digits_end + len(after)
        end = start + int(digits)
        if end > len(data) or end - start > self._max_body:
            return None
        known.block, known.length = known.before + digits + after, end - start
        return known.plain, data[start:end], end

    def feed(self, data: bytes) -> None:
        """Take in what arrived."""
        if self._over:
            return
        if self._at >= len(self._buffer):
            self._buffer = data
        elif isinstance(self._buffer, bytearray):
            del self._buffer[: self._at]
            self._buffer += data
        else:
            self._buffer = bytearray(self._buffer[self._at :])
            self._buffer += data
        self._at = 0

    def next(self) -> tuple[RequestHead, bytes] | Refusal | None:
        """Return the next whole request, the refusal that ends this connection's requests, or None."""
        if self._over or (self._body is None and self._at >= len(self._buffer)):
            return None
        if self._body is None and type(self._buffer) is bytes:
            found = self.whole(self._buffer, self._at)
            if found is not None:
                self._at = found[2]
                return found[0], found[1]
        try:
            return self._advance()
        except RefusalError as refused:
            self.stop()
            return refused.refusal

    @property
    def phase(self) -> Phase:
        """What the parser waits for: a first byte, the rest of a head, the rest of a body, or nothing any more."""
        if self._over:
            return "over"
        if self._body is not None:
            return "body"
        return "head" if self._at < len(self._buffer) else "idle"

    @property
    def received(self) -> int:
        """How many bytes of the body under way have come, framing included."""
        return self._body.received if self._body is not None else 0

    @property
    def head(self) -> RequestHead | None:
        """The head of the request whose body is under way."""
        return self._body.head if self._body is not None else None

    def take_continue(self) -> bool:
        """Tell once whether the client waits for `100 Continue` before it sends the body under way."""
        due, self._continue = self._continue and self.received == 0 and self._body is not None, False
        return due

    def stop(self) -> None:
        """Drop everything: nothing more will be read from this client."""
        self._over, self._known = True, None
        self._buffer, self._at, self._body = b"", 0, None

    def _advance(self) -> tuple[RequestHead, bytes] | None:
        body = self._body or self._start()
        if body is None:
            return None
        self._at = body.feed(self._buffer, self._at)
        if not body.complete:
            return None
        self._body, self._continue = None, False
        whole = body.finish()
        if not body.head.keep_alive:
            self.stop()
        return body.head, whole

    def _start(self) -> Body | None:
        """Read a head, when all of it is there, and get ready for its body."""
        found = self._repeated() or self._parsed()
        if found is None:
            return None
        parsed, length = found
        if length > self._max_body:
            refuse_length(length, self._limits, parsed.request)
        self._scanned, self._line_end = 0, -1
        self._body = receive(parsed, length, self._limits)
        self._continue = parsed.expects and not self._body.complete
        return self._body

    def _repeated(self) -> tuple[ParsedHead, int] | None:
        """Read a head that repeats the last one, whose body is not all there or not plain."""
        known = self._known
        if known is None or not self._buffer.startswith(known.before, self._at):
            return None
        start = self._at + len(known.before)
        if not known.after:
            self._at = start
            return known.parsed, known.parsed.length
        end = self._buffer.find(known.after, start, start + _DIGITS + len(known.after))
        if end < 0 or not self._buffer[start:end].isdigit():
            return None
        self._at = end + len(known.after)
        return known.parsed, int(self._buffer[start:end])

    def _parsed(self) -> tuple[ParsedHead, int] | None:
        """Read a new head."""
        buffer = self._buffer
        while buffer.startswith(b"\r\n", self._at):  # empty lines before a request line (RFC 9112 section 2.2)
            self._at += 2
            self._scanned = 0
        at = self._at
        end = buffer.find(b"\r\n\r\n", at + max(self._scanned - 3, 0))
        if end < 0:
            self._check_part(buffer, at)
            return None
        line_end = buffer.find(b"\r\n", at)
        check_sizes(line_end - at, end - line_end, self._limits)
        block = bytes(buffer[at : end + 4])
        before, digits, after = around_length(block)
        parsed = self._heads.find(before, after) if len(digits) <= _DIGITS else None
        if parsed is None:
            parsed = parse_head(block, self._limits)
            self._heads.keep(before, after, parsed)
        self._at = end + 4
        if parsed.request.keep_alive:
            self._known = self._heads.remember(parsed, before, digits, after)
        return parsed, int(digits) if digits else parsed.length

    def _check_part(self, buffer: bytes | bytearray, at: int) -> None:
        """Refuse a part of a head that can become no good one, rather than wait for the rest of it."""
        size = len(buffer) - at
        check_bytes(buffer, at + max(self._scanned - 1, 0))
        self._scanned = size
        if self._line_end < 0:
            line_end = buffer.find(b"\r\n", at, at + self._limits.max_target + LINE_SLACK + 2)
            if line_end < 0:
                check_sizes(size - buffer.endswith(b"\r"), 0, self._limits)
                return
            check_line(bytes(buffer[at:line_end]), self._limits)
            self._line_end = line_end - at
        check_sizes(0, size - self._line_end - 2, self._limits)
