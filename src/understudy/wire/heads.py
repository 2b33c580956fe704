"""Request heads that many connections share: clients of one kind send the same block again and again.

In: blocks of bytes, without the digits of their Content-Length. Out: what was made of the same bytes before. Bounded in number
and size, for clients choose what they send; the oldest goes first.
"""

from __future__ import annotations

import re
from typing import Final

from understudy.wire.request_head import ParsedHead

MOST: Final = 256
"""Heads kept."""

LONGEST: Final = 4096
"""Bytes of a head that is kept."""

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]+)[ \t]*\r\n", re.IGNORECASE)


def around_length(block: bytes) -> tuple[bytes, bytes, bytes]:
    """Part a head around the digits of its Content-Length; without any, all of it comes before."""
    digits = _LENGTH.search(block)
    return (block[: digits.start(1)], digits[1], block[digits.end(1) :]) if digits else (block, b"", b"")


class Heads:
    """Parsed heads by their bytes before and after the digits of their Content-Length."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, bytes], ParsedHead] = {}

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

    def __len__(self) -> int:
        return len(self._known)
