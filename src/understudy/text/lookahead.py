"""Conditions at the beginning of a pattern on what follows: `^(?=.*[A-Z])(?=.*\\d).{8,}$`, as passwords are described.

In: a pattern. Out: the pattern without them, and each of them as a pattern of its own, so that an engine without look-around
can answer for all together. Conditions elsewhere stay where they are.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct


class Conditions(Struct, frozen=True):
    """A pattern taken apart: what is left of it, what must be found at its beginning, what must not be."""

    rest: str
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def conditions(pattern: str) -> Conditions:
    """Take the conditions off a pattern that begins with them."""
    if not pattern.startswith(("^(?=", "^(?!")) or _splits(pattern):
        return Conditions(pattern)
    found: dict[str, list[str]] = {"=": [], "!": []}
    at = 1
    while pattern.startswith(("(?=", "(?!"), at):
        end = _end(pattern, at)
        if end < 0:
            return Conditions(pattern)
        found[pattern[at + 2]].append(f"^(?:{pattern[at + 3 : end]})")
        at = end + 1
    return Conditions("^" + pattern[at:], tuple(found["="]), tuple(found["!"]))


def core(wanted: str) -> str:
    """What a condition wants somewhere: the pattern of it without what may stand before."""
    inside = wanted[len("^(?:") : -1]
    return next((inside[len(before) :] for before in (".*?", ".*") if inside.startswith(before)), inside)


def _end(pattern: str, at: int) -> int:
    """Where the parenthesis that opens at a place is closed; -1 for nowhere."""
    return next((place for place, depth in _depths(pattern, at) if not depth), -1)


def _splits(pattern: str) -> bool:
    """Say whether a pattern is a choice of several."""
    return any(pattern[place] == "|" and not depth for place, depth in _depths(pattern, 0))


def _depths(pattern: str, at: int) -> list[tuple[int, int]]:
    """Places of parentheses and bars from one on, and how many parentheses are open behind each."""
    found = []
    depth, in_class = 0, False
    while at < len(pattern):
        mark = pattern[at]
        if mark == "\\":
            at += 1
        elif in_class:
            in_class = mark != "]"
        elif mark == "[":
            in_class = True
        elif mark in "(|)":
            depth += {"(": 1, ")": -1}.get(mark, 0)
            found.append((at, depth))
        at += 1
    return found
