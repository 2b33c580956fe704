"""Streams that are one JSON array: whatever is done to their events, they stay the elements of an array.

The first element begins with the bracket, every other with what parts two; who moves, repeats or adds an element changes that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from understudy.model.frame import Brackets


def element(data: bytes, brackets: Brackets, *, is_first: bool) -> bytes:
    """Make an element of an event of any form, or of one that stood elsewhere in the array."""
    start, end = data.find(b"{"), data.rfind(b"}") + 1
    return (brackets.first if is_first else brackets.other) + data[max(start, 0) : end or len(data)] + b"\r\n"


def placed(events: Iterable[bytes], brackets: Brackets) -> Iterator[bytes]:
    """Begin each event as its place wants it."""
    first, other, end = brackets
    begun = False
    for data in events:
        if data == end:
            yield data if begun else first + data
        elif data.startswith((first, other)):
            rest = data.removeprefix(first) if data.startswith(first) else data.removeprefix(other)
            yield (other if begun else first) + rest
        else:
            yield data
        begun = True
