"""What is computed once, counts above all: bounded tables that compute what they lack.

In: a function from text to its count. Out: a dictionary whose `__getitem__` calls it, so that `sum(map(memo.__getitem__, ...))`
runs without a line of Python for what is known. Knows nothing of vocabularies; what makes counting word by word exact is said
at `Words`.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import TypeVar

Count = Callable[[str], int]
Text = TypeVar("Text", bound=str | bytes)
Value = TypeVar("Value")


class Memo(dict[Text, Value]):
    """What is known of texts: `memo[text]` computes, keeps and returns.

    When it is full the oldest 1/64 go, so that it never grows and never stalls. Threads may share it: at worst two compute
    the same. Texts longer than `longest` are not kept.
    """

    def __init__(self, compute: Callable[[Text], Value], *, size: int, longest: int) -> None:
        super().__init__()
        self._compute = compute
        self._size = size
        self._longest = longest

    def __missing__(self, text: Text) -> Value:
        value = self._compute(text)
        if len(text) <= self._longest:
            if len(self) >= self._size:
                self._forget()
            self[text] = value
        return value

    def _forget(self) -> None:
        try:
            oldest = list(islice(self, self._size // 64))
        except RuntimeError:  # another thread has just stored something; the next one to store forgets
            return
        for text in oldest:
            self.pop(text, None)


class Irregular(Exception):  # noqa: N818  (a signal, not an error)
    """This text cannot be counted word by word."""


class Words(Memo[str, int]):
    """Counts of what stands between two spaces, together with the space before (`lead`; "" for a text's first word).

    A space next to something visible always begins a piece, and what stands before the beginning of a piece counts the same
    without what follows, so the words of a text can be counted one by one. Two exceptions raise `Irregular`: a word that is
    empty or begins with white space (the space before it may be in the middle of a run), and a word that ends with white
    space and counts differently before another word than at the end of a text, or is too long to keep.
    """

    def __init__(self, count: Count, lead: str, *, size: int, longest: int) -> None:
        super().__init__(self._count_word, size=size, longest=longest)
        self._count = count
        self._lead = lead

    def _count_word(self, word: str) -> int:
        if self._lead and (not word or word[0].isspace()):
            raise Irregular
        ends_in_space = word[-1:].isspace()
        if ends_in_space and len(word) > self._longest:  # not worth counting twice
            raise Irregular
        count = self._count(self._lead + word)
        if ends_in_space and self._count(f"{self._lead}{word} a") - 1 != count:  # " a" is one token
            raise Irregular
        return count
