"""Generated text with an exact number of tokens: articles that read like plain prose and cost next to nothing.

In: a seed, the number of an article, a number of tokens. Out: that many pieces, each exactly one token in o200k_base and in
cl100k_base, any number of them joined too. An article is a function of seed and number alone: asking for more continues it.
Draws come from SHAKE-128, whose longer output continues the shorter one. Knows nothing of encodings and of replies.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import shake_128
from itertools import count, islice
from operator import getitem
from struct import unpack

from understudy.model.lazy import Beginning
from understudy.text.prose import sentences, slots

_CHOICES = 32  # of each slot; a power of two, so that a byte masked is a choice
_MASK = bytes(byte % _CHOICES for byte in range(256))
# How many different words an article uses: a text has its subject. Slots not named here take what there is.
_VOCABULARY = {"n": 18, "N": 14, "j": 16, "v": 20, "i": 12}
_DRAWN = sum(_VOCABULARY.values())
_LONGEST_SENTENCE = 20  # tokens
_KEPT = 1_024  # tokens of an article that stay in memory

_BIG = 9_800  # bytes; with the JSON around it an answer of about 10 KB

Shapes = list[list[list[str]]]


class Pool:
    """Articles, written when they are asked for and kept.

    Args:
        seed: another seed, other articles.
        size: how many different articles there are, at least 1; numbers beyond begin again.
    """

    def __init__(self, seed: int, size: int) -> None:
        if size < 1:
            raise ValueError(f"pool size: expected at least 1, got {size}")
        self.seed = seed
        self.size = size
        self._articles: dict[int, tuple[str, ...]] = {}

    def pieces(self, index: int, tokens: int) -> Sequence[str]:
        """Return the first `tokens` one-token pieces of an article."""
        number = index % self.size
        article = self._articles.get(number, ())
        if len(article) < tokens:
            article = _article(self.seed, number, tokens)[:tokens]  # the very tokens that streams hold
            self._articles[number] = article[:_KEPT]
        return article if len(article) == tokens else Beginning(article, tokens)


def _article(seed: int, number: int, tokens: int) -> tuple[str, ...]:
    """Write whole paragraphs until there are enough tokens."""
    name = f"{seed}/{number}"
    shapes = _shapes(name)
    article: list[str] = []
    for paragraph in count():
        if len(article) >= tokens:
            break
        article += _paragraph(shapes, f"{name}/{paragraph}")
    return tuple(article)


def _shapes(name: str) -> Shapes:
    """Draw the words of an article and lay them into the shapes of sentences: the choices of each slot of each shape."""
    numbers = iter(unpack(f"<{_DRAWN}H", shake_128(name.encode()).digest(2 * _DRAWN)))
    choices = {}
    for key, words in slots().items():
        drawn = [words[number % len(words)] for number in islice(numbers, _VOCABULARY.get(key, 0))] or words
        choices[key] = (drawn * _CHOICES)[:_CHOICES]
    return [[choices[key] for key in sentence] for sentence in sentences()]


def _paragraph(shapes: Shapes, name: str) -> list[str]:
    """Write three to six sentences."""
    draws = shake_128(name.encode()).digest(7 + 6 * _LONGEST_SENTENCE).translate(_MASK)
    pieces: list[str] = []
    at = 7
    for number in draws[1 : 4 + draws[0] % 4]:
        shape = shapes[number % len(shapes)]
        pieces.extend(map(getitem, shape, draws[at : at + len(shape)]))
        at += len(shape)
    pieces[0] = pieces[0].lstrip()
    pieces[-1] = ".\n\n"
    return pieces


@cache
def big_text() -> str:
    """Return a text of some 9,800 ASCII bytes, always the same, that ends with a whole sentence."""
    text = "".join(Pool(0, 1).pieces(0, _BIG // 4))
    return text[: text.rindex(".", 0, _BIG) + 1]
