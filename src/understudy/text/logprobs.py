"""How sure a model was of each token it said: probabilities that fit the text and each other.

In: the tokens of a text, draws. Out: for each token its log probability and those of the likeliest tokens in its place. What
was said is always the likeliest, and the probabilities of one place never sum to more than 1. Knows no provider.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log

from msgspec import Struct

from understudy.model.ports import Random
from understudy.text.tokens import Encoding

_FIRST, _LAST = 260, 3_999  # ranks of common tokens, a prime number of them: any step goes through all
_DOUBT = 0.5  # what is said has at least half of the probability
_LEAST = 1e-6
_SHARE, _FALL = 0.58, 0.4  # the likeliest alternative's share of what is left, and how fast the next ones fall


class Guess(Struct, frozen=True):
    """A token that might have stood there."""

    token: bytes
    logprob: float


class Scored(Struct, frozen=True):
    """A token that was said; `best` are the likeliest tokens of its place, itself first when any were asked for."""

    token: bytes
    logprob: float
    best: tuple[Guess, ...]


def scored(tokens: Sequence[bytes], random: Random, encoding: Encoding, top: int, purpose: str = "logprobs") -> list[Scored]:
    """Score the tokens of a text.

    Args:
        tokens: what was said, as bytes; a token may end inside a character.
        random: where draws come from; asking for another `top` changes no probability.
        encoding: where alternatives are taken from.
        top: how many of the likeliest tokens to name for each place.
        purpose: what the draws are named after.
    """
    doubts = random.words(purpose, len(tokens))
    picks = random.words(f"{purpose}/others", 2 * len(tokens)) if top > 1 else ()
    found = []
    for k, token in enumerate(tokens):
        left = max(_LEAST, _DOUBT * (doubts[k] / 65536) ** 4)
        own = Guess(token, _rounded(log(1.0 - left)))
        others = zip(_others(token, encoding, picks, k), _falling(left, top - 1), strict=False) if top > 1 else ()
        best = (own, *(Guess(other, chance) for other, chance in others)) if top else ()
        found.append(Scored(token, own.logprob, best))
    return found


def spelled(token: bytes) -> str:
    """Spell a token as text; of one that is no whole characters, bytes beyond ASCII as `\\xf0\\x9f`."""
    try:
        return token.decode()
    except UnicodeDecodeError:
        return token.decode("ascii", "backslashreplace")


def _falling(left: float, count: int) -> list[float]:
    """The log probabilities of the alternatives, likeliest first."""
    return [_rounded(log(left * _SHARE * _FALL**i)) for i in range(count)]


def _others(token: bytes, encoding: Encoding, picks: Sequence[int], k: int) -> Iterator[bytes]:
    """Yield other tokens that begin a word if this one does, each once."""
    rank = _FIRST + picks[2 * k] % (_LAST - _FIRST)
    step = 1 + 2 * (picks[2 * k + 1] % 500)
    spaced = token.startswith(b" ")
    seen = {token}
    for _ in range(_LAST - _FIRST):
        other = encoding.token(rank)
        rank = _FIRST + (rank - _FIRST + step) % (_LAST - _FIRST)
        if other.startswith(b" ") == spaced and other not in seen and _is_text(other):
            seen.add(other)
            yield other


def _is_text(token: bytes) -> bool:
    return token.isascii() and token.strip().isalpha()


def _rounded(logprob: float) -> float:
    return round(logprob, 8)
