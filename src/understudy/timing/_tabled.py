"""Draws by table: what laws share that have a quantile function.

A draw is a word of 16 bits that picks one of 4096 quantiles, each standing for the middle of its cell. The two outermost cells,
one draw in 2048, are not approximated: there the quantile is taken at a point with all the bits of a float, so tails are as
long as the law has them. Tables are kept by law, equal laws share one, and the floats in them are shared by all who wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from math import inf

from msgspec import Struct

from understudy.durations import LONGEST
from understudy.model.ports import Random

BLOCK = 128
"""Waits that are drawn together; a row is cheapest when asked for in such portions."""
CELLS = 4096
_WORDS = 1 << 16
_TABLES = 64  # 0.6 MB each
_NEXT_TO_ONE = 1.0 - 2.0**-53


class Tabled(Struct, frozen=True):
    """A law that is drawn by table; its subclass says `quantile`."""

    def quantile(self, p: float) -> float:
        """Seconds that the part `p` of all waits does not exceed, 0 < p < 1."""
        raise NotImplementedError

    def quantiles(self, parts: tuple[float, ...]) -> Sequence[float]:
        """The quantiles at many points in rising order."""
        return [self.quantile(p) for p in parts]

    def prepare(self) -> None:
        """Make the table."""
        _table(self)

    def draw(self, random: Random, purpose: str) -> float:
        """Seconds of a single wait, drawn exactly."""
        return self._at(random.uniform(purpose) + 2.0**-54)

    def waits(self, random: Random, purpose: str, count: int, first: int = 0) -> Sequence[float]:
        """Seconds of the waits number `first` to `first + count - 1` of a row."""
        block, skip = divmod(first, BLOCK)
        end = skip + count
        if end <= BLOCK:
            found = self._block(random, f"{purpose}-{block}", end)
        else:
            found = []
            for at in range(0, end, BLOCK):
                found += self._block(random, f"{purpose}-{block + at // BLOCK}", min(BLOCK, end - at))
        return found[skip:] if skip else found

    def _block(self, random: Random, purpose: str, count: int) -> list[float]:
        words = random.words(purpose, count)
        found = list(map(_table(self).__getitem__, words))
        if sum(found) == inf:
            for i, word in enumerate(words):
                if found[i] == inf:
                    found[i] = self._at((word + random.uniform(f"{purpose}/{i}")) / _WORDS)
        return found

    def _at(self, p: float) -> float:
        return min(self.quantile(min(max(p, 2.0**-80), _NEXT_TO_ONE)), LONGEST)


@lru_cache(maxsize=_TABLES)
def _table(law: Tabled) -> list[float]:
    """What each word stands for; infinity marks the cells that are drawn exactly."""
    cells = [inf, *law.quantiles(_middles()), inf]
    if cells[-2] > LONGEST:
        cells[1:-1] = [min(wait, LONGEST) for wait in cells[1:-1]]
    words = [inf] * _WORDS
    step = _WORDS // CELLS
    for first in range(step):
        words[first::step] = cells
    return words


@cache
def _middles() -> tuple[float, ...]:
    return tuple((cell + 0.5) / CELLS for cell in range(1, CELLS - 1))
