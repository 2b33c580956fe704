"""Generated text as sampling parameters shape it: words chosen one by one, each by how likely it is there.

In: how words are to be chosen, the name of a text, a number of tokens. Out: that many pieces, each one token. As models do
it: what is asked of a token is added to its logit, what was said before is taken off it, and the unlikely end is cut off.
`filler` is for text of which nothing was asked: that costs next to nothing. Knows nothing of encodings and of replies.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import shake_128
from itertools import accumulate, count, islice
from math import exp
from struct import unpack

from msgspec import Struct

from understudy.text.bias import BAN, ONLY
from understudy.text.prose import sentences, slots

_TOPIC = {"n": 18, "N": 14, "j": 16, "v": 20, "i": 12}  # a text has its subject: how many words of a kind belong to it
_ASIDE = exp(-4)  # how likely another word is, before what was said is held against the subject's own
_MOST = 60  # words drawn that do not belong to it
_STEEPEST = 40.0  # of an exponent, so that weights stay finite
_LOGIT, _LEAST = 10.0, 0.01  # the logit of a likely word in models that divide it, and by how little
_MARKS = ",.;"
_END, _CLOSE = ".", ".\n\n"
_DRAWN = 7 + 6 * 20  # of a paragraph: how many sentences, which, and the words of each


class Sampler(Struct, frozen=True):
    """How words are chosen.

    `top_p` keeps the likeliest words, so much of all probability; `top_k` so many of them, 0 for all; `min_p` those that are
    that likely beside the likeliest. The penalties are taken off the logit of what was said, once for each time and once for
    all; that of repetition divides it. `bias` is added to the logits of tokens, by their texts.
    """

    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    repetition_penalty: float = 1.0
    bias: tuple[tuple[str, float], ...] = ()


USUAL = Sampler()


def only(sampler: Sampler) -> list[str]:
    """List the tokens that nothing but which may be said; [] for no such wish."""
    return [token for token, bias in sampler.bias if bias >= ONLY]


def banned(sampler: Sampler) -> frozenset[str]:
    """Name the tokens that may not be said."""
    return frozenset(token for token, bias in sampler.bias if bias <= BAN)


def write(name: str, tokens: int, sampler: Sampler) -> tuple[str, ...]:
    """Write a text.

    Args:
        name: another name, another text; asking for more of the same name continues it.
        tokens: how many pieces; fewer only where nothing may be said.
        sampler: how.
    """
    chosen = only(sampler)
    if chosen:
        return tuple(chosen[number % len(chosen)] for number in _numbers(name, max(tokens, 0)))
    return tuple(islice(_Writer(name, sampler).pieces(), max(tokens, 0)))


Likely = tuple[tuple[str, float], ...]
"""Words and how likely each is, likeliest first."""


class _Slot:
    """The words that may stand in a slot, and how likely each is by now."""

    def __init__(self, likely: Likely, sampler: Sampler) -> None:
        self.words = [word for word, _ in likely]
        self._base = [weight for _, weight in likely]
        self._heap = list(accumulate(self._base))
        self._weights: list[float] | None = None
        self._said = [0] * len(self.words)
        self._each = sampler.frequency_penalty
        self._once = sampler.presence_penalty + _LOGIT * (1 - 1 / max(sampler.repetition_penalty, _LEAST))
        if len(self.words) > 1 and (sampler.frequency_penalty or self._once):
            self._weights = self._base.copy()

    def choose(self, draw: int) -> str:
        """Choose a word by a draw in [0, 65536)."""
        weights, heap = self._weights, self._heap
        if weights is not None:
            heap = list(accumulate(weights))
        at = min(bisect(heap, heap[-1] * draw / 65536), len(heap) - 1)
        if weights is not None:
            self._said[at] += 1
            weights[at] = self._base[at] * _exp(-self._each * self._said[at] - self._once)
        return self.words[at]


def _of_topic(key: str, name: str, sampler: Sampler) -> Likely:
    """The words of a kind that belong to a text, and some that do not."""
    words = slots()[key]
    numbers = _numbers(f"{name}/{key}", _TOPIC[key] + _MOST)
    subject = dict.fromkeys(words[number % len(words)] for number in numbers[: _TOPIC[key]])
    aside = dict.fromkeys(words[number % len(words)] for number in numbers[_TOPIC[key] :])
    aside |= {word: None for word, bias in sampler.bias if bias > 0 and word in words}
    return _nucleus(dict.fromkeys(aside, _ASIDE) | dict.fromkeys(subject, 1.0), sampler)


@lru_cache(maxsize=512)
def _of_language(key: str, opens: bool, sampler: Sampler) -> Likely:
    """The words of a kind that every text has; without the space before it where the word opens a paragraph."""
    return _nucleus(Counter(word.lstrip() if opens else word for word in slots()[key]), sampler)


def _nucleus(likely: Mapping[str, float], sampler: Sampler) -> Likely:
    """The likeliest words, with as many and as unlikely ones as are wanted."""
    bias = dict(sampler.bias)
    allowed = [(word, weight * _exp(bias.get(word, 0.0))) for word, weight in likely.items() if bias.get(word, 0.0) > BAN]
    allowed.sort(key=lambda pair: -pair[1])
    if sampler.top_k:
        del allowed[sampler.top_k :]
    if sampler.min_p and allowed:
        allowed = [(word, weight) for word, weight in allowed if weight >= sampler.min_p * allowed[0][1]]
    whole = list(accumulate(weight for _, weight in allowed))
    return tuple(allowed[: bisect(whole, sampler.top_p * whole[-1]) + 1] if whole else ())


class _Writer:
    """Writes the paragraphs of one text."""

    def __init__(self, name: str, sampler: Sampler) -> None:
        self._name = name
        self._slots = {
            key: _Slot(_of_topic(key, name, sampler) if key in _TOPIC else _of_language(key, False, sampler), sampler)
            for key in slots()
        }
        self._openings = {key: _Slot(_of_language(key, True, sampler), sampler) for key in "TPS"}
        self._close = _CLOSE not in banned(sampler)
        marks = {mark for mark in _MARKS if not self._slots[mark].words}
        shapes = [[key for key in shape if key not in marks] for shape in sentences()]
        self._shapes = [shape for shape in shapes if all(self._slots[key].words for key in shape)]

    def pieces(self) -> Iterator[str]:
        """Yield the pieces of the text, without end if anything may be said."""
        if not self._shapes:
            said = [slot for slot in self._slots.values() if slot.words]
            if said:
                for number in count():
                    yield from (said[draw % len(said)].choose(draw) for draw in _numbers(f"{self._name}/{number}", _DRAWN))
            return
        fresh = True
        for number in count():
            draws = iter(_numbers(f"{self._name}/{number}", _DRAWN))
            sentences = 3 + next(draws) % 4
            for turn in range(sentences):
                shape = self._shapes[next(draws) % len(self._shapes)]
                last = turn == sentences - 1 and self._close
                for at, key in enumerate(shape):
                    opening = self._openings.get(key) if fresh and not at else None
                    slot = opening if opening is not None and opening.words else self._slots[key]
                    yield _CLOSE if last and at == len(shape) - 1 and key == _END else slot.choose(next(draws))
                fresh = last and shape[-1] == _END


def _numbers(name: str, size: int) -> tuple[int, ...]:
    """Draw numbers in [0, 65536); asking for more continues them."""
    return unpack(f"<{size}H", shake_128(name.encode()).digest(2 * size))


def _exp(power: float) -> float:
    return exp(max(-_STEEPEST, min(_STEEPEST, power)))
