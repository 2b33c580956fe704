"""The texts of a call, folded, encoded and sketched at most once however many rules look at them.

A `View` holds the texts a condition looks at; what is derived from them is made on first use. A `viewer` remembers the view
of the last source it saw, by identity: thousands of rules asked about one call share one view. One slot, replaced whole, so
that threads cannot mix two sources.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from understudy.matching._similarity import sketch

S = TypeVar("S")

_SKETCHED_TEXTS = 20


def fold(text: str) -> str:
    """Trim a text and remove the differences of case: two texts are equal when their folds are."""
    return text.strip().casefold()


class View:
    """Texts, and what is derived from them on first use."""

    __slots__ = ("_encoded", "_folded", "_sketches", "texts")

    def __init__(self, texts: tuple[str, ...]) -> None:
        self.texts = texts
        self._folded: tuple[str, ...] | None = None
        self._encoded: tuple[bytes, ...] | None = None
        self._sketches: tuple[int, ...] | None = None

    @property
    def folded(self) -> tuple[str, ...]:
        """Each text trimmed and case-folded."""
        made = self._folded
        if made is None:
            texts = self.texts
            made = (texts[0].strip().casefold(),) if len(texts) == 1 else tuple([fold(text) for text in texts])
            self._folded = made
        return made

    @property
    def encoded(self) -> tuple[bytes, ...]:
        """Each text in UTF-8, lone surrogates as "?"."""
        if self._encoded is None:
            self._encoded = tuple([text.encode("utf-8", "replace") for text in self.texts])
        return self._encoded

    @property
    def sketches(self) -> tuple[int, ...]:
        """Bit sketches of the last texts, for near misses."""
        if self._sketches is None:
            self._sketches = tuple([sketch(text) for text in self.folded[-_SKETCHED_TEXTS:]])
        return self._sketches


def viewer(texts: Callable[[S], tuple[str, ...]]) -> Callable[[S], View]:
    """Make a function that views a source and remembers the last view.

    The source must not change afterwards; it is kept alive until the next one comes, so its identity is never reused.
    """
    last: tuple[object, View] = (object(), View(()))

    def view(source: S) -> View:
        nonlocal last
        seen = last
        if seen[0] is source:
            return seen[1]
        made = View(texts(source))
        last = (source, made)
        return made

    return view


def single(text: str) -> tuple[str, ...]:
    """The texts of a source that is one text."""
    return (text,)
