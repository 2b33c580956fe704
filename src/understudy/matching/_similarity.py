"""How alike two texts are, cheap enough to ask thousands of rules on every miss.

A text is reduced to a sketch: a set of its three-letter pieces as the bits of one integer. Comparing two sketches is one
`and` and a count of bits. The bits depend on the letters only, never on the process, so near misses come out the same
every time. Texts come in folded.
"""

from __future__ import annotations

_BITS = 4096
_READ = 1000  # characters of a text that are looked at; more would fill the sketch and make everything alike


def sketch(text: str, *, whole: bool = True) -> int:
    """Sketch the first 1,000 characters; `whole` marks the beginning and the end, leave it out for a part of a text."""
    head = text[:_READ]
    codes = [32, *map(ord, head), 32] if whole else list(map(ord, head))
    bits = bytearray(_BITS // 8)
    for a, b, c in zip(codes, codes[1:], codes[2:], strict=False):
        at = ((a * 769 + b) * 769 + c) % _BITS
        bits[at >> 3] |= 1 << (at & 7)
    return int.from_bytes(bits, "little")


def alike(one: int, other: int) -> float:
    """How much two sketches have in common: 0 nothing, 1 all (the Dice coefficient)."""
    total = one.bit_count() + other.bit_count()
    return 2 * (one & other).bit_count() / total if total else 0.0


def covered(part: int, text: int) -> float:
    """How much of the part is found in the text: 0 nothing, 1 all."""
    total = part.bit_count()
    return (part & text).bit_count() / total if total else 0.0
