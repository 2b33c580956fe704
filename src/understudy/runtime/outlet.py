"""The way from a stream to its client: what is due at once goes out as one write, large things in slices.

A stream that has a socket is written to it directly for as long as the socket takes everything; what it does not take, and all
that follows, goes through the transport, so that nothing overtakes. Knows no time and no steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import write
from typing import Final

from understudy.runtime.stream import NO_FILE, Stream

SLICE: Final = 64 * 1024
"""Most bytes handed over before the client's pace is looked at again."""

BATCH: Final = 64
"""Streams from which on no more are written to in one go; those in step do not part for it."""

TURN: Final = 1024 * 1024
"""Most bytes one stream may hand over before others get their turn."""


class Parts:
    """What is due and not handed over yet.

    Attributes:
        data: the parts.
        size: their bytes.
        since: when the first of them was due, where that was another moment than the stream's; None else.
    """

    __slots__ = ("_left", "data", "since", "size")

    def __init__(self) -> None:
        self.data: list[bytes] = []
        self.size = 0
        self.since: float | None = None
        self._left = TURN

    def add(self, data: bytes) -> bool:
        """Take a part; tell whether it is time to hand over."""
        self.data.append(data)
        self.size += len(data)
        return self.size >= SLICE

    def spill(self, stream: Stream) -> bool:
        """Hand over what there is; tell whether the client, and everybody else, leave room for more."""
        data, self.data = b"".join(self.data), []
        self._left -= self.size
        self.size = 0
        return (not data or hand_over(stream, data)) and self._left >= 0


def hand_over(stream: Stream, data: bytes | memoryview) -> bool:
    """Write data; of a large piece only as much as the client takes. Tell whether it would take more."""
    if len(data) <= SLICE:
        stream.rest = None
        _send(stream, bytes(data))
        return not stream.parked
    rest = memoryview(data)
    while rest and not stream.parked:
        piece, rest = bytes(rest[:SLICE]), rest[SLICE:]
        _send(stream, piece)
    stream.rest = rest or None
    return not stream.parked


def write_together(files: Sequence[int], data: Sequence[bytes]) -> list[int]:
    """Write to many sockets; tell how much each took: 0 when it is full, or broken, which its transport will find out."""
    taken: list[int] = []
    while len(taken) < len(files):
        try:
            taken.extend(map(write, files[len(taken) :], data[len(taken) :]))
        except OSError:  # what was written before it is in the list
            taken.append(0)
    return taken


def _send(stream: Stream, data: bytes) -> None:
    """Write data; straight to the socket as long as it takes all of it."""
    stream.sent += len(data)
    if stream.socket != NO_FILE:
        try:
            taken = write(stream.socket, data)
        except OSError:  # full, or broken: the transport knows what to do
            taken = 0
        if taken == len(data):
            return
        stream.socket = NO_FILE
        data = data[taken:]
    stream.write(data)
