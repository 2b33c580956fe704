"""How much single tokens are wanted: what a client asks by the numbers of tokens, by the bytes they stand for.

In: biases by number, an encoding. Out: biases by token. At the ends of the scale a token is excluded, or excludes all others.
Knows no provider.
"""

from __future__ import annotations

from collections.abc import Mapping

from understudy.text.tokens import Encoding

BAN, ONLY = -100.0, 100.0
"""Biases that exclude a token, and everything else."""

Biases = Mapping[bytes, float]
"""What is added to the logits of tokens, by their bytes."""


def biases(asked: Mapping[str, float] | None, encoding: Encoding) -> dict[bytes, float]:
    """Say what is asked of tokens by their bytes; numbers that are no token are nobody's, and none is more than a ban."""
    found = {}
    for number, bias in asked.items() if asked else ():
        token = _token(encoding, number)
        if token:
            found[token] = float(min(max(bias, BAN), ONLY))
    return found


def _token(encoding: Encoding, number: str) -> bytes:
    try:
        return encoding.token(int(number))
    except (ValueError, IndexError):
        return b""
