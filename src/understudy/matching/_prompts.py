"""Which of many prompts a text is most like: those of `responses`, of which there may be a hundred thousand.

Compared are only a few hundred prompts that share the beginning of a word with the text, found through an index that is made
when it is asked for the first time. Prompts go in and come out as they are written.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from heapq import nsmallest

from understudy.matching._similarity import alike, sketch
from understudy.matching._views import fold

_COMPARED = 500  # prompts at a time; each takes some ten microseconds
_BEGINNING = 3  # letters of a word by which prompts are found
_READ = 1000  # characters of a text that are looked at


class Prompts:
    """Prompts that can be asked which of them are like a text."""

    def __init__(self, prompts: Iterable[str]) -> None:
        self._prompts = tuple(prompts)

    def nearest(self, text: str, limit: int) -> list[str]:
        """Give the prompts that are most like a text and have anything in common with it, the most alike first."""
        asked = fold(text)
        near = sketch(asked)
        found = [(-alike(sketch(fold(self._prompts[at])), near), at) for at in self._candidates(asked)]
        return [self._prompts[at] for nearness, at in nsmallest(limit, found) if nearness < 0]

    @cached_property
    def _index(self) -> dict[str, list[int]]:
        """The prompts by the beginnings of their words."""
        index: dict[str, list[int]] = {}
        for at, prompt in enumerate(self._prompts):
            for beginning in _beginnings(fold(prompt)):
                index.setdefault(beginning, []).append(at)
        return index

    def _candidates(self, text: str) -> Iterable[int]:
        """The prompts worth comparing: all of a few, else those that share the rarest beginnings of words."""
        if len(self._prompts) <= _COMPARED:
            return range(len(self._prompts))
        shared = sorted((self._index.get(beginning, []) for beginning in _beginnings(text)), key=len)
        found: dict[int, None] = {}
        for prompts in shared:
            found.update(dict.fromkeys(prompts[: _COMPARED - len(found)]))
        return found


def _beginnings(text: str) -> set[str]:
    return {word[:_BEGINNING] for word in text[:_READ].split()}
