"""The numbers of a text: where they stand, what they are, what they measure.

In: a text. Out: its numbers in order, those inside dates, addresses and the like left out. Knows no names of arguments.
"""

from __future__ import annotations

import re

from msgspec import Struct

from understudy.text import clues
from understudy.text.amounts import Measure, measure

_RANGE = re.compile(r"\s?(?:and|to|or|-)\s?")


class Number(Struct, frozen=True):
    """A number, where it begins and ends, and what it measures."""

    start: int
    end: int
    value: int | float
    of: Measure | None = None


def numbers(text: str) -> list[Number]:
    """List the numbers of a text; of two that make a range (900 to 1,200 euros) the first measures what the second does."""
    plain = text
    for pattern in clues.OPAQUE:
        plain = pattern.sub(lambda match: " " * len(match[0]), plain)
    found: list[Number] = []
    for match in reversed(list(clues.NUMBER.finditer(plain))):
        of = measure(text, match.start(), match.end())
        if of is None and found and _RANGE.fullmatch(text, match.end(), found[-1].start):
            of = found[-1].of
        found.append(Number(match.start(), match.end(), _read(match[0]), of))
    return found[::-1]


def _read(digits: str) -> int | float:
    if digits in clues.SMALL:
        return clues.SMALL[digits]
    plain = digits.replace(",", "")
    return float(plain) if "." in plain else int(plain)
