"""Writing a text piece by piece: a draft that makes the choices, and the pieces a regular expression is made of.

In: random bytes, and how often open-ended parts shall repeat. Out: text. Knows nothing of how patterns are spelled.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

LOWER, UPPER, DIGITS = ("a", "z"), ("A", "Z"), ("0", "9")
ORDINARY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.,:;!?/+*=@#%&()<>[]{}'\"$^~|\\`"
LONGEST = 10_000  # characters of a text

Ranges = list[tuple[str, str]]
Node = Callable[["Draft"], str]


class Draft:
    """One attempt at a text: where its choices come from and how often open-ended parts repeat."""

    def __init__(self, choices: bytes, stretch: int) -> None:
        self.choices = cycle(choices)
        self.stretch = stretch
        self.room = LONGEST
        self.groups: dict[int, str] = {}

    def choose(self, count: int) -> int:
        """Choose one of so many."""
        return (next(self.choices) << 8 | next(self.choices)) % count


def nothing(_: Draft) -> str:
    """Write nothing."""
    return ""


def one(ranges: Ranges, negated: bool) -> Node:
    """Write one character of a class; a letter where the class is so wide that it has them all."""
    if negated:
        left = [char for char in ORDINARY if not within(char, ranges)]
        ranges = [(char, char) for char in left if char.isalnum()] or [(char, char) for char in left]
    ranges = [LOWER if low < "a" and high > "z" else (low, high) for low, high in ranges]
    if not ranges:
        return nothing  # no text can fit

    def write(draft: Draft) -> str:
        low, high = ranges[draft.choose(len(ranges))]
        char = chr(ord(low) + draft.choose(min(ord(high) - ord(low) + 1, 0x200)))
        return low if "\ud800" <= char <= "\udfff" else char

    return write


def within(char: str, ranges: Ranges) -> bool:
    """Say whether a character is in one of the ranges."""
    return any(low <= char <= high for low, high in ranges)


def repeat(node: Node, draft: Draft, low: int, high: int | None) -> str:
    """Write something at least `low` times and at most `high` times, None = any number of times."""
    count = max(low, draft.stretch if high is None else min(draft.stretch, high))
    parts = []
    for _ in range(count):
        if draft.room <= 0:
            break
        parts.append(node(draft))
        draft.room -= len(parts[-1]) + 1
    return "".join(parts)
