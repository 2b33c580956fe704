"""Moments as Ollama spells them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

SECOND: Final = 1_000_000_000
"""Nanoseconds."""


def stamp(nanoseconds: int) -> str:
    """Spell a moment by RFC 3339 as Go does: up to nine decimals, zeros at the end left out."""
    seconds, rest = divmod(nanoseconds, SECOND)
    decimals = f".{rest:09d}".rstrip("0") if rest else ""
    return _second(seconds) + decimals + "Z"


@lru_cache(maxsize=64)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
