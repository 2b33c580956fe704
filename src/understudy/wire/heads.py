"""Request heads that many connections share: clients of one kind send the same block again and again.

In: blocks of bytes, without the digits of their Content-Length. Out: what was made of the same bytes before. Bounded in number
and size, for clients choose what they send; the oldest goes first.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from understudy.model.http import RequestHead
from understudy.wire.request_head import CHUNKED, ParsedHead

MOST: Final = 256
"""Heads kept."""

LONGEST: Final = 4096
"""Bytes of a head that is kept."""

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]+)[ \t]*\r\n", re.IGNORECASE)


def around_length(block: bytes) -> tuple[bytes, bytes, bytes]:
    """Part a head around the digits of its Content-Length; without any, all of it comes before."""
    digits = _LENGTH.search(block)
    return (block[: digits.start(1)], digits[1], block[digits.end(1) :]) if digits else (block, b"", b"")


class Known(Struct, gc=False):
    """A head that keeps its connection alive, as its client will send it again.

    Attributes:
        parsed: what it says.
        plain: the same, if it announces a body of known length that is taken as it comes, or none.
        before: its bytes before the digits of its Content-Length.
        after: those behind them, none without any.
        block: all of it, as it came last.
        length: what its Content-Length was then.
    """

    parsed: ParsedHead
    plain: RequestHead | None
    before: bytes
    after: bytes
    block: bytes
    length: int


class Heads:
    """Parsed heads by their bytes before and after the digits of their Content-Length.

    Attributes:
        latest: the last one that a connection remembered: who connects next is often of the same kind.
    """

    __slots__ = ("_known", "latest")

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, bytes], ParsedHead] = {}
        self.latest: Known | None = None

    def find(self, before: bytes, after: bytes) -> ParsedHead | None:
        """Find a head; the length it was first seen with is not the one it comes with now."""
        return self._known.get((before, after))

    def keep(self, before: bytes, after: bytes, parsed: ParsedHead) -> None:
        """Keep a head for others that send the same."""
        if len(before) + len(after) > LONGEST:
            return
        if len(self._known) >= MOST:
            del self._known[next(iter(self._known))]
        self._known[before, after] = parsed

    def remember(self, parsed: ParsedHead, before: bytes, digits: bytes, after: bytes) -> Known:
        """Make a head ready to be met again, on its connection and on the next one."""
        plain = parsed.length != CHUNKED and not parsed.coding and not parsed.expects
        block = b"%b%b%b" % (before, digits, after)
        known = Known(parsed, parsed.request if plain else None, before, after, block, int(digits or 0))
        if len(block) <= LONGEST:
            self.latest = known
        return known

    def __len__(self) -> int:
        return len(self._known)
