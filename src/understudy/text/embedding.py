"""Embeddings without a model: texts that share words point the same way.

In: a text, or the cl100k_base tokens of one. Out: a vector of unit length, the same for the same text everywhere. Shorter
vectors are beginnings of longer ones, brought to unit length again, as with the real text-embedding-3 models. Knows nothing
of requests.

A text is a bag of words without case and punctuation; a word is itself and its trigrams, so that "baker" is near "bakery".
Each of these features points in a direction of its own: a window, at a place the feature's hash says, on one of a few endless
tapes of pseudo-random numbers (SHAKE-128). Windows at different places are as good as orthogonal. Directions are added as
one large integer with 16 bits for each dimension, which is why nothing here needs numpy.
"""

from __future__ import annotations

import re
import sys
from array import array
from binascii import b2a_base64
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import shake_128
from itertools import pairwise
from math import sqrt
from operator import add, mul
from zlib import crc32

from understudy.text.pausing import pause
from understudy.text.tokens import encoding

_TAPES = 512
_PLACES = 128
_LANE = 16  # bits
_LEVELS = 15  # a direction has 0 to 15 in each dimension; its mean is taken off at the end
_CAPACITY = ((1 << _LANE) - 1) // _LEVELS  # sum of weights a lane can hold
_DIGITS = 1e9  # real vectors have about nine decimals; more would only make answers longer
_FRACTION = 16
_TRIGRAM = 3  # the weight of each
_LONGEST = 32  # characters of a word that are looked at

_WORD = re.compile(r"\w+")
# Scripts that write words without spaces between them: Thai and its neighbours, kana, Chinese characters.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\uabff]")
_ENDING = re.compile(r"(?<=\w{3})(?:ing|ed|es|s|ly)$")
_FREQUENT = """a about after all also am an and any are as at be because been before but by can could did do does down for from
had has have he her here him his how i if in into is it its just like me more most my no not now of on one only or other our
out over she should so some such than that the their them then there these they this to too under up very was we were what when
where which who why will with would you your"""
_LIGHT = frozenset(_FREQUENT.split())


def embed(text: str | Sequence[int], dimensions: int = 1536, model: str = "") -> tuple[float, ...]:
    """Return the vector of a text.

    Args:
        text: a text, or the numbers of its cl100k_base tokens; both forms of one text have one vector.
        dimensions: how many numbers, at least 1.
        model: vectors of different models have nothing to do with each other.
    """
    pause()
    plain = text if isinstance(text, str) else encoding("cl100k_base").decode(text)
    salt = crc32(model.encode("utf-8", "replace"))
    sums, weight = _add_up(plain, dimensions, salt)
    return _unit(sums, weight)


def decimals(vector: Sequence[float]) -> list[float]:
    """Return a vector with as many decimals as those of `embed` have."""
    return [round(value, 9) for value in vector]


def encode_base64(vector: Sequence[float]) -> str:
    """Return a vector as the API writes it on request: base64 of little-endian 32-bit floats."""
    numbers = array("f", vector)
    if sys.byteorder == "big":
        numbers.byteswap()
    return b2a_base64(numbers, newline=False).decode("ascii")


def _add_up(text: str, dimensions: int, salt: int) -> tuple[list[int], int]:
    """Add the directions of all words, and one of the text as it stands, so that no two texts have the same vector."""
    packed, held = _direction(f"={text}", dimensions, salt), 1
    sums: list[int] = []
    weight = 0
    for word, times in Counter(_words(text)).items():
        direction, heft = _word(word, dimensions, salt)
        factor = times.bit_length()  # the tenth mention says less than the first
        if held + heft * factor > _CAPACITY:
            sums = _spill(sums, packed, dimensions)
            weight += held
            packed = held = 0
        packed += direction * factor
        held += heft * factor
    return _spill(sums, packed, dimensions), weight + held


def _spill(sums: list[int], packed: int, dimensions: int) -> list[int]:
    """Add lanes that would overflow soon to whole numbers."""
    lanes = array("H", (packed & ((1 << _LANE * dimensions) - 1)).to_bytes(2 * dimensions, "little"))
    if sys.byteorder == "big":
        lanes.byteswap()
    return list(map(add, sums, lanes)) if sums else lanes.tolist()


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text.casefold()):
        if _UNSPACED.match(word):
            yield from map("".join, pairwise(word)) if len(word) > 1 else word
        else:
            yield word[:_LONGEST]


@lru_cache(maxsize=1024)
def _word(word: str, dimensions: int, salt: int) -> tuple[int, int]:
    """Return the direction of a word and its weight. Long words say more than short ones, frequent ones say nearly nothing."""
    if word in _LIGHT:
        return _direction(word, dimensions, salt), 1
    stem = _ENDING.sub("", word)
    framed = f" {stem}"
    trigrams = {framed[at : at + 3] for at in range(len(framed) - 2)}
    heft = 4 + min(len(word), 10)
    total = sum(_direction(f"{trigram}~", dimensions, salt) for trigram in trigrams)
    total = total * _TRIGRAM + _direction(stem, dimensions, salt) * heft
    return total, heft + _TRIGRAM * len(trigrams)


def _direction(feature: str, dimensions: int, salt: int) -> int:
    digest = crc32(feature.encode("utf-8", "replace"), salt)
    tape = _tape(digest % _TAPES, dimensions)
    return tape >> (digest // _TAPES % _PLACES * _LANE)


@lru_cache(maxsize=2 * _TAPES)
def _tape(number: int, dimensions: int) -> int:
    """Return the beginning of a tape, long enough for every window."""
    lanes = dimensions + _PLACES
    noise = shake_128(b"tape %d" % number).digest(2 * lanes)
    return int.from_bytes(noise, "little") & int.from_bytes(bytes((_LEVELS, 0)) * lanes, "little")


def _unit(sums: list[int], weight: int) -> tuple[float, ...]:
    """Centre the sums and bring them to length 1."""
    centre = _LEVELS * weight  # twice the mean
    square = 4 * sum(map(mul, sums, sums)) - 4 * centre * sum(sums) + len(sums) * centre * centre
    if square == 0:
        return (1.0, *[0.0] * (len(sums) - 1))
    scale = int(_DIGITS * 2**_FRACTION / sqrt(square))  # whole numbers: half the time of rounding floats
    double, offset = 2 * scale, centre * scale
    return tuple([(value * double - offset >> _FRACTION) / _DIGITS for value in sums])
