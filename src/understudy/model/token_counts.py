"""The tokens of a stream's frames: how many each carries, and which frames have a time of their own."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate

_LONG = 4096  # frames; few streams are as long, and fewer of one length
_BYTE, _TWO_BYTES = 1 << 8, 1 << 16


def packed(tokens: Sequence[int]) -> bytes:
    """The same in a byte each: one object for all that are equal, as those of most answers of one length are.

    Raises:
        ValueError: where a frame carries too many.
    """
    made = bytes(tokens.tolist() if isinstance(tokens, array) else tokens)  # of an array it would be its memory
    return _shared(made) if len(made) < _LONG else made


def narrow(numbers: Sequence[int]) -> Sequence[int]:
    """Numbers from 0 up in as few bytes as the largest of them takes: thousands of streams have one for each frame."""
    most = max(numbers, default=0)
    if most < _BYTE:
        return packed(numbers)
    return array("H" if most < _TWO_BYTES else "Q", numbers)


def summed(tokens: Sequence[int]) -> Sequence[int]:
    """How many tokens there are up to the end of each frame; where each carries one, none of these numbers is held."""
    return range(1, len(tokens) + 1) if tokens.count(1) == len(tokens) else narrow([*accumulate(tokens)])


@lru_cache(512)
def _shared(tokens: bytes) -> bytes:
    return tokens


def to_last(tokens: Sequence[int], lead: int) -> Sequence[int]:
    """The tokens of frames up to the last that carries any; all of them where none does behind the lead."""
    end = len(tokens)
    while end and not tokens[end - 1]:
        end -= 1
    own = tokens[:end] if end > lead else tokens
    return packed(own) if isinstance(own, bytes) else own


def in_turns(rounds: Iterable[int], tokens: Sequence[int]) -> list[int]:
    """The tokens that have a time of their own where several texts take turns, up to the last frame that carries any.

    The texts are made side by side: what one of them says in a round takes no time beside what another does. `rounds` says in
    which round each frame comes, `tokens` how many each carries. Where none carries any, all are told of.
    """
    own, last, end = [], None, 0
    for at, (turn, said) in enumerate(zip(rounds, tokens, strict=True), start=1):
        is_next = said > 0 and turn != last
        own.append(said if is_next else 0)
        if is_next:
            last = turn
        if said:
            end = at
    return own[:end] or own
