"""Counts that are computed once: bounded tables that compute what they lack.

In: a function from text to its count. Out: a dictionary whose `__getitem__` calls it, so that `sum(map(memo.__getitem__, ...))`
runs without a line of Python for what is known. Knows nothing of vocabularies; what makes counting word by word exact is said
at `Words`.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

Count = Callable[[str], int]


class Memo(dict[str, int]):
    """Counts of texts: `memo[text]` computes, keeps and returns.

    When it is full the oldest 1/64 go, so that it never grows and never stalls. Threads may share it: at worst two compute
    the same. Texts above `longest` characters are not kept.
    """

    def __init__(self, compute: Count, *, size: int, longest: int) -> None:
        super().__init__()
        self._compute = compute
        self._size = size
        self._longest = longest

    def __missing__(self, text: str) -> int:
        count = self._compute(text)
        if len(text) <= self._longest:
            if len(self) >= self._size:
                self._forget()
            self[text] = count
        return count

    def _forget(self) -> None:
        try:
            oldest = list(islice(self, self._size // 64))
        except RuntimeError:  # another thread has just stored something; the next one to store forgets
            return
        for text in oldest:
            self.pop(text, None)


class Irregular(Exception):  # noqa: N818  (a signal, not an error)
    """This text cannot be counted word by word."""


class Words(Memo):
    """Counts of what stands between two spaces, together with the space before (`lead`; "" for a text's first word).

    A space next to something visible always begins a piece, and what stands before the beginning of a piece counts the same
    without what follows, so the words of a text can be counted one by one. Two exceptions raise `Irregular`: a word that is
    empty or begins with white space (the space before it may be in the middle of a run), and a word that ends with white
    space and counts differently before another word than at the end of a text.
    """

    def __init__(self, count: Count, lead: str, *, size: int, longest: int) -> None:
        super().__init__(self._count_word, size=size, longest=longest)
        self._count = count
        self._lead = lead

    def _count_word(self, word: str) -> int:
        if self._lead and (not word or word[0].isspace()):
            raise Irregular
        count = self._count(self._lead + word)
        if word and word[-1].isspace() and self._count(f"{self._lead}{word} a") - 1 != count:  # " a" is one token
            raise Irregular
        return count
