"""Answers that came compressed, as they read: an upstream may compress although it is asked not to.

In: a take. Out: the same take with the pieces unpacked, each at the moment its packed bytes came; as it was where the
compression is one that nobody here knows.
"""

from __future__ import annotations

import zlib
from typing import Final

from msgspec import structs

from understudy.recorder.take import Take

MOST: Final = 64 << 20
"""Bytes beyond which an answer stays packed."""

_EITHER = 47  # gzip or zlib, whichever the first bytes say
_BARE = -15  # deflate without a head, which some servers send
_PACKED = ("gzip", "x-gzip", "deflate")


def unpacked(take: Take) -> Take:
    """Undo the compression of an answer."""
    how = take.fields.get("content-encoding", "").strip().lower()
    if how not in _PACKED:
        return take
    for window in (_EITHER, _BARE):
        try:
            chunks = _inflated(take.chunks, window)
        except zlib.error:
            continue
        if chunks is not None:
            kept = {name: value for name, value in take.fields.items() if name != "content-encoding"}
            return structs.replace(take, chunks=chunks, fields=kept, length=None)
    return take


def _inflated(chunks: list[tuple[float, bytes]], window: int) -> list[tuple[float, bytes]] | None:
    machine, found, size = zlib.decompressobj(window), [], 0
    for at, data in chunks:
        said = machine.decompress(data, MOST - size + 1)
        size += len(said)
        if size > MOST:
            return None
        if said:
            found.append((at, said))
    rest = machine.flush()
    return [*found, (chunks[-1][0], rest)] if rest else found
