"""The texts of a call, folded, encoded and sketched at most once however many rules look at them.

A `View` holds the texts a condition looks at; what is derived from them is made on first use. A `viewer` remembers the view
of the last source it saw, by identity: thousands of rules asked about one call share one view. One slot, replaced whole, so
that threads cannot mix two sources.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from understudy.matching._similarity import sketch

S = TypeVar("S")

_SKETCHED_TEXTS = 20


def fold(text: str) -> str:
    """Trim a text and remove the differences of case: two texts are equal when their folds are."""
    return text.strip().casefold()


class View:
    """Texts, and what is derived from them on first use.

    `folded` has each text trimmed and case-folded, `encoded` each in UTF-8 (lone surrogates become "?"), `sketches` the
    bit sketches of the last texts, for near misses.
    """

    __slots__ = ("encoded", "folded", "sketches", "texts")

    texts: tuple[str, ...]
    folded: tuple[str, ...]
    encoded: tuple[bytes, ...]
    sketches: tuple[int, ...]

    def __init__(self, texts: tuple[str, ...]) -> None:
        self.texts = texts

    def __getattr__(self, name: str) -> Any:
        # Only reached while a slot is empty; afterwards reading it costs what reading any slot costs.
        derive = _DERIVED.get(name)
        if derive is None:
            raise AttributeError(name)
        made = derive(self)
        setattr(self, name, made)
        return made


_DERIVED: dict[str, Callable[[View], tuple[Any, ...]]] = {
    "folded": lambda view: tuple([text.strip().casefold() for text in view.texts]),
    "encoded": lambda view: tuple([text.encode("utf-8", "replace") for text in view.texts]),
    "sketches": lambda view: tuple([sketch(text) for text in view.folded[-_SKETCHED_TEXTS:]]),
}


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
