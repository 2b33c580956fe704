"""Events with holes: rendered once, filled for each stream that says the same.

While the events of a stream are rendered, what differs from stream to stream (identifiers, times) is a `hole`. `cut_out` makes
a row of what was written, `fill` the bytes of one stream. A hole is spelled with bytes that JSON never holds, so that no text
can be taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from understudy.model.frame import Frame, Sheet

_HOLE = re.compile(rb"\0(\d+)\0")


class Row(NamedTuple):
    """An event: what is literal, and between each two parts the number of the value that belongs there."""

    parts: tuple[bytes, ...]
    holes: tuple[int, ...]


def hole(number: int) -> msgspec.Raw:
    """Stand in a document for the value of that number, which is JSON."""
    return msgspec.Raw(b"\0%d\0" % number)


def cut_out(data: bytes) -> Row:
    """Find the holes of what was written."""
    found = _HOLE.split(data)
    return Row(tuple(found[::2]), tuple(map(int, found[1::2])))


def fill(row: Row, values: Sequence[bytes]) -> bytes:
    """Write an event with its values."""
    parts, holes = row
    if not holes:
        return parts[0]
    if len(holes) == 1:  # by far the usual case
        return parts[0] + values[holes[0]] + parts[1]
    written = [parts[0]]
    for place, part in zip(holes, parts[1:], strict=True):
        written += (values[place], part)
    return b"".join(written)


def joint_of(rows: Sequence[Row]) -> Row | None:
    """Find the joint of rows whose holes are the same, as far apart: all from the first to the last; None of others."""
    if len({(row.holes, row.parts[1:-1]) for row in rows}) != 1 or not rows[0].holes:
        return None
    return Row((b"", *rows[0].parts[1:-1], b""), rows[0].holes)


class UnlikeError(Exception):
    """An event that has other holes than its joint has, or has them elsewhere."""


def halves(joint: Row, data: bytes) -> Frame:
    """Split what was written around its joint.

    Raises:
        UnlikeError: where it has another.
    """
    parts, holes = cut_out(data)
    if (holes, parts[1:-1]) != (joint.holes, joint.parts[1:-1]):
        raise UnlikeError
    return parts[0], parts[-1]


def as_sheet(rows: Sequence[Row], tokens: Sequence[int]) -> tuple[Sheet, Row] | None:
    """Make a sheet of rows that have a joint, and give that; None of others."""
    joint = joint_of(rows)
    return None if joint is None else (Sheet([(row.parts[0], row.parts[-1]) for row in rows], tokens), joint)
