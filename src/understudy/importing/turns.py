"""Answers that depend on how many answers a conversation holds: the highest number that is reached counts.

In: entries in the order in which they are tried, some with a `turn`. Out: the same in an order and with
conditions that say so.
"""

from __future__ import annotations

from typing import Final

from understudy.importing.logic import covers
from understudy.importing.order import Entry, key_of

_ANSWERS: Final = "length([messages, input, contents][] | [?role=='assistant' || role=='model'])"


def by_turn(entries: list[Entry]) -> list[Entry]:
    """Put entries that differ in `turn` alone in the order in which they are to be tried, and tell them apart."""
    kin: dict[bytes, list[Entry]] = {}
    for entry in entries:
        if entry.turn is not None:
            kin.setdefault(key_of(entry), []).append(entry)
    fallbacks = [entry.when for entry in entries if entry.turn is None] if kin else []
    found: list[Entry] = []
    for entry in entries:
        if entry.turn is None:
            found.append(entry)
        elif (same := kin.pop(key_of(entry), None)) is not None:
            has_fallback = any(covers(when, entry.when) for when in fallbacks)
            found += _told_apart(sorted(same, key=lambda one: -(one.turn or 0)), has_fallback=has_fallback)
    return found


def _told_apart(kin: list[Entry], *, has_fallback: bool) -> list[Entry]:
    """The highest first; the lowest also answers what comes before it, unless something else does."""
    last = len(kin) - 1
    for number, entry in enumerate(kin):
        if (number < last or has_fallback) and entry.turn:
            condition = {f"{_ANSWERS} >= `{entry.turn}`": True}
            entry.when = entry.when | {"json": entry.when.get("json", {}) | condition}
    return kin
