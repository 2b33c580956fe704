"""The tokens of one encoding as flat bytes, with exact look-up in both directions.

In: a data file made by tools/build_vocabulary.py. Out: the rank of a byte string, the byte string of a rank. Knows nothing
of text, splitting or merging. There is no object for each token: 200,000 of them would cost 34 MB and 0.2 s at start, this
costs 3.4 MB and a few milliseconds.

A look-up hashes the bytes (CRC-32) into a perfect hash table: the low bits choose a shift, the shift moves the high bits
to a slot that no other token has. The slot holds the rank and 14 bits of the hash, so nearly every stranger is refused there;
what passes is compared byte by byte. Two tokens with the same CRC cannot both have a slot: the second is an outsider.
"""

from __future__ import annotations

import pkgutil
import struct
import sys
from array import array
from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate
from zlib import crc32

MAGIC = b"UVO1"
HEADER = struct.Struct("<4sIIII")  # magic, tokens, bytes of all tokens, slots, outsiders
BUCKET_MASK = 0xFFFF  # of the hash: which shift
SEAL_BITS = 14
SEAL_MASK = (1 << SEAL_BITS) - 1  # of the hash: kept in the slot
NEVER = 0xFFFF_FFFF  # a rank above all ranks: these two bytes do not merge

Rank = Callable[[bytes], int]


def slot_shift(slots: int) -> int:
    """Say how far to shift a 32-bit hash right to get a slot number."""
    return 33 - slots.bit_length()


class Vocabulary:
    """The tokens of one encoding; the rank of a token is its place in the order in which they were learned."""

    def __init__(self, data: bytes) -> None:
        magic, count, size, slots, outsiders = HEADER.unpack_from(data)
        if magic != MAGIC:
            raise ValueError(f"vocabulary data {magic!r}: expected {MAGIC!r}. Reinstall the package.")
        view = memoryview(data)[HEADER.size :]
        lengths, view = bytes(view[:count]), view[count:]
        self._blob, view = bytes(view[:size]), view[size:]
        self._shifts, view = _numbers("H", view, BUCKET_MASK + 1)
        self._slots, view = _numbers("I", view, slots)
        strangers, _ = _numbers("I", view, outsiders)
        self._starts: array[int] = array("I", bytes(4))
        self._starts.extend(accumulate(lengths))
        self._size: int = count
        self._outsiders = {self.token(rank): rank for rank in strangers}
        self.rank = self._look_up()
        self.pairs = self._pairs(lengths)

    def __len__(self) -> int:
        return self._size

    def token(self, rank: int) -> bytes:
        """Return the bytes of a token.

        Raises:
            IndexError: no token has that rank.
        """
        if rank < 0:
            raise IndexError(f"token {rank}: expected 0 to {len(self) - 1}")
        return self._blob[self._starts[rank] : self._starts[rank + 1]]

    def _look_up(self) -> Rank:
        """Make the function that gives the rank of some bytes, `NEVER` when they are no token."""
        blob, starts, shifts, slots = self._blob, self._starts, self._shifts, self._slots
        outsiders, by = self._outsiders, slot_shift(len(self._slots))

        def rank(key: bytes) -> int:
            digest = crc32(key)
            slot = slots[(digest >> by) ^ shifts[digest & BUCKET_MASK]]
            if (slot ^ digest) & SEAL_MASK:
                return NEVER
            found = slot >> SEAL_BITS
            if blob[starts[found] : starts[found + 1]] == key:
                return found
            return outsiders.get(key, NEVER)

        return rank

    def _pairs(self, lengths: bytes) -> array[int]:
        """Tabulate the rank of every two bytes: `pairs[first << 8 | second]`."""
        pairs = array("I", [NEVER]) * 65536
        at = lengths.find(2)
        while at >= 0:
            first, second = self.token(at)
            pairs[first << 8 | second] = at
            at = lengths.find(2, at + 1)
        return pairs


@lru_cache(maxsize=4)
def load(name: str) -> Vocabulary:
    """Read the vocabulary of that name from the package, once."""
    data = pkgutil.get_data(__package__, f"data/{name}.bin")
    if data is None:
        raise FileNotFoundError(f"vocabulary {name!r}: expected it inside the package. Reinstall the package.")
    return Vocabulary(data)


def _numbers(code: str, view: memoryview, count: int) -> tuple[array[int], memoryview]:
    """Take little-endian numbers off the front."""
    numbers: array[int] = array(code)
    size = count * numbers.itemsize
    numbers.frombytes(view[:size])
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers, view[size:]
