"""How long a made-up text is: the length that was drawn, and what its call asks of that.

In: what is asked of the sampling, the limit of the answer, a number of tokens. Out: the number to make. What load tools ask for
(`min_tokens`, `ignore_eos`) comes to an end of its own, so that nobody's request keeps the server busy for long.
"""

from __future__ import annotations

from typing import Final

from understudy.model.call import Sampling

MOST: Final = 32_768
"""Tokens that a call gets for asking: the window of the models that are asked so; to make and tell them takes 150 ms."""

_LENGTHS = {"low": 0.5, "high": 2.0}  # of what is generated, beside what is usual


def extent(asked: Sampling, limit: int | None, drawn: int) -> int:
    """Return how many tokens to make.

    A text that may not end before its limit is made a token longer, so that the limit is what ends it, as it does all others.

    Args:
        asked: what is asked of the sampling.
        limit: how many tokens the answer may have, None for any number.
        drawn: how many tokens it has if nothing is asked.
    """
    tokens = max(1, round(drawn * _LENGTHS.get(asked.verbosity or "", 1)))
    least = asked.min_tokens or 0
    if limit is not None and (asked.ignore_eos or least >= limit):
        if limit <= MOST:
            return limit + 1
        least = limit
    return max(tokens, min(least, MOST))
