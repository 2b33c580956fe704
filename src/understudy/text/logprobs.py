"""How sure a model was of each token it said: probabilities that fit the text and each other.

In: the tokens of a text, draws, what was asked of tokens. Out: for each token its log probability and those of the likeliest
tokens in its place. What was said is the likeliest, unless a bias makes another one so; the probabilities of one place never
sum to more than 1, and what is banned has none. Knows no provider.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import exp, log

from msgspec import Struct

from understudy.model.lazy import Lazy, Sliced
from understudy.model.ports import Random
from understudy.text.bias import BAN, Biases
from understudy.text.tokens import Encoding

_FIRST, _LAST = 260, 3_999  # ranks of common tokens, a prime number of them: any step goes through all
_DOUBT = 0.5  # what is said has at least half of the probability
_LEAST = 1e-6
_SHARE, _FALL = 0.58, 0.4  # the likeliest alternative's share of what is left, and how fast the next ones fall
_BIASED = 0.03  # the share of those that something is asked of, before it is; the others leave that much
_NEVER = -9999.0
_NOTHING: Biases = {}


class Guess(Struct, frozen=True):
    """A token that might have stood there."""

    token: bytes
    logprob: float


class Scored(Struct, frozen=True):
    """A token that was said; `best` are the likeliest tokens of its place when any were asked for, itself first as a rule."""

    token: bytes
    logprob: float
    best: tuple[Guess, ...]

    @property
    def own(self) -> Guess:
        """What was said."""
        return Guess(self.token, self.logprob)


class Scores(Lazy[Scored]):
    """The scores of the tokens of a text, each worked out whenever it is looked at; see `scored`."""

    __slots__ = ("_bias", "_doubts", "_encoding", "_picks", "_tokens", "_top")

    def __init__(
        self, tokens: Sequence[bytes], doubts: array[int], picks: array[int], encoding: Encoding, top: int, bias: Biases
    ) -> None:
        self._tokens = tokens if isinstance(tokens, Lazy) else Sliced(b"".join(tokens), tokens)
        self._doubts, self._picks, self._encoding, self._top, self._bias = doubts, picks, encoding, top, bias

    def __len__(self) -> int:
        return len(self._tokens)

    @property
    def ends(self) -> list[int]:
        """Where each token ends, in bytes."""
        return [*accumulate(map(len, self._tokens))]

    def _at(self, place: int) -> Scored:
        token, top = self._tokens[place], self._top
        left = max(_LEAST, _DOUBT * (self._doubts[place] / 65536) ** 4)
        if self._bias:
            return _leaning(token, left, _others(token, self._encoding, self._picks, place), self._bias, top)
        own = Guess(token, _rounded(log(1.0 - left)))
        falling = _falling(left, top - 1)
        others = zip(_others(token, self._encoding, self._picks, place), falling, strict=False) if top > 1 else ()
        best = (own, *(Guess(other, chance) for other, chance in others)) if top else ()
        return Scored(token, own.logprob, best)


def scored(
    tokens: Sequence[bytes],
    random: Random,
    encoding: Encoding,
    top: int,
    purpose: str = "logprobs",
    bias: Biases = _NOTHING,
) -> Scores:
    """Score the tokens of a text.

    Args:
        tokens: what was said, as bytes; a token may end inside a character.
        random: where draws come from; asking for another `top` changes no probability.
        encoding: where alternatives are taken from.
        top: how many of the likeliest tokens to name for each place.
        purpose: what the draws are named after.
        bias: what was asked of tokens.
    """
    doubts = array("H", random.words(purpose, len(tokens)))
    picks = array("H", random.words(f"{purpose}/others", 2 * len(tokens)) if top > 1 or bias else ())
    return Scores(tokens, doubts, picks, encoding, top, bias)


def spelled(token: bytes) -> str:
    """Spell a token as text; of one that is no whole characters, bytes beyond ASCII as `\\xf0\\x9f`."""
    try:
        return token.decode()
    except UnicodeDecodeError:
        return token.decode("ascii", "backslashreplace")


def _leaning(token: bytes, left: float, common: Iterator[bytes], bias: Biases, top: int) -> Scored:
    """Score a token where something is asked of some: that is added to their logits, and all is shared out anew."""
    each = log(left * _BIASED / len(bias))
    chances = {other: each + asked for other, asked in bias.items() if other != token}
    chances[token] = log(1.0 - left) + bias.get(token, 0.0)
    for other in [name for name in chances if bias.get(name, 0.0) <= BAN]:
        del chances[other]
    whole = log(left * (1 - _BIASED) + sum(map(exp, chances.values())))
    unasked = (other for other in common if other not in bias)
    chances.update(zip(unasked, _falling(left, top), strict=False))
    best = sorted(chances.items(), key=lambda pair: -pair[1])[:top]
    logprob = _rounded(chances[token] - whole) if token in chances else _NEVER
    return Scored(token, logprob, tuple(Guess(other, _rounded(chance - whole)) for other, chance in best))


def _falling(left: float, count: int) -> list[float]:
    """The log probabilities of the alternatives, likeliest first."""
    first, step = log(left * _SHARE), log(_FALL)
    return [_rounded(first + i * step) for i in range(min(count, _LAST - _FIRST))]


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
