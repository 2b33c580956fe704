"""Random decisions as functions: of seed, session, request and attempt, never of arrival order.

A decision is 16 bytes, the hash of all that. Each draw hashes its purpose with it, so draws do not depend on their order, and
a new draw in one place changes no other. Sent back as X-Understudy-Decision, the bytes reproduce every draw.
"""

from __future__ import annotations

import math
import sys
from array import array
from binascii import b2a_base64
from collections.abc import Sequence
from hashlib import shake_128

from msgspec import Struct
from xxhash import xxh3_64_intdigest, xxh3_128_digest

_BASE62 = bytes.maketrans(b"+/", b"Ky")


def scope_seed(seed: int, session: str, attempt: str, operation: str) -> int:
    """Hash what many requests share into the seed of their decisions."""
    return xxh3_64_intdigest(f"{seed}\0{session}\0{attempt}\0{operation}".encode())


def letters(data: bytes) -> bytes:
    """Write bytes with base62 characters (16 bytes: 22 of them)."""
    return b2a_base64(data, newline=False).translate(_BASE62, b"=")


def decide(body: bytes, seed: int) -> Decision:
    """Decide for a request body within a scope."""
    return Decision(xxh3_128_digest(body, seed))


class Decision(Struct, gc=False):
    """The root of all draws for one answer, 16 bytes; implements `model.ports.Random`."""

    root: bytes

    @property
    def token(self) -> str:
        """The text that reproduces this decision."""
        return self.root.hex()

    def child(self, purpose: str) -> Decision:
        """A decision of its own for a part (a choice, a repetition)."""
        return Decision(xxh3_128_digest(self.root + purpose.encode()))

    def _bits(self, purpose: str) -> int:
        return xxh3_64_intdigest(self.root[8:] + purpose.encode(), int.from_bytes(self.root[:8], "little"))

    def uniform(self, purpose: str) -> float:
        """A number in [0, 1)."""
        return (self._bits(purpose) >> 11) / 2.0**53

    def normal(self, purpose: str) -> float:
        """A draw from the standard normal law (Box and Muller)."""
        radius = math.sqrt(-2.0 * math.log(1.0 - self.uniform(purpose)))
        return radius * math.cos(2.0 * math.pi * self.uniform(purpose + "/angle"))

    def words(self, purpose: str, count: int) -> Sequence[int]:
        """That many whole numbers in [0, 65536); asking for more continues the same sequence."""
        found = array("H", shake_128(self.root + purpose.encode()).digest(2 * count))
        if sys.byteorder == "big":
            found.byteswap()
        return found

    def integer(self, purpose: str, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        return low + self._bits(purpose) % (high - low + 1)
