"""Identifiers of what is made (wire.md 2.5): a prefix and letters or hexadecimal digits, drawn from the decision.

What the same decision makes again is a thing of its own and gets another identifier.
"""

from __future__ import annotations

from understudy.dialects import Moment

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def letters(moment: Moment, prefix: str, count: int) -> str:
    """Make a prefix and base62 letters."""
    return prefix + "".join(_BASE62[word % 62] for word in moment.random.words(_purpose(moment, prefix), count))


def digits(moment: Moment, prefix: str, count: int = 32) -> str:
    """Make a prefix and hexadecimal digits."""
    words = moment.random.words(_purpose(moment, prefix), (count + 3) // 4)
    return prefix + "".join(f"{word:04x}" for word in words)[:count]


def _purpose(moment: Moment, prefix: str) -> str:
    again = moment.store.claim(prefix + moment.key.decode()) if moment.store is not None else 0
    return f"platform-{prefix}{again or ''}"
