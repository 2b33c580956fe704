"""Numbers in the sentences of findings."""

from __future__ import annotations


def number(count: int, noun: str) -> str:
    """Spell a count of things."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def seconds(value: float) -> str:
    """Spell a time."""
    return f"{value * 1000:.0f} ms" if abs(value) < 1 else f"{value:.1f} s" if value < 100 else f"{value:.0f} s"
