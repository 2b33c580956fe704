"""Answers that depend on how many answers a conversation holds.

Of the entries that fit a call the highest turn that is reached answers; one that is just reached only before entries without a
turn that are tried later. Where no turn is reached these answer, and where there are none the lowest turn does (aimock's
router.ts, 1.43). In: entries in the order in which they are tried, some with a `turn`. Out: the same, some of them twice, in an
order and with conditions that say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from understudy.importing.logic import both, covers, meets
from understudy.importing.order import Entry

_ANSWERS: Final = "length([messages, input, contents][] | [?role=='assistant' || role=='model'])"


def by_turn(entries: list[Entry]) -> list[Entry]:
    """Put entries with turns in the order in which they are to be tried, and tell them apart; those that meet no other stay."""
    turned = sorted((entry for entry in entries if entry.turn is not None), key=lambda entry: entry.turn or 0)
    others = [entry for entry in entries if entry.turn is None] if turned else []
    plain: list[Entry] = []
    reached: list[tuple[int, Entry]] = []
    ahead: list[tuple[int, Entry]] = []
    staying: list[Entry] = []
    for entry in entries:
        if entry.turn is None:
            plain.append(entry)
            staying.append(entry)
            continue
        at = next(number for number, one in enumerate(turned) if one is entry)
        lower, higher = ([one for one in some if meets(one.when, entry.when)] for some in (turned[:at], turned[at + 1 :]))
        near = [one for one in others if meets(one.when, entry.when)]
        if not lower and not higher and not near:
            staying.append(entry)
            continue
        reached += [(entry.turn, one) for one in _first(entry, entry.turn, plain)]
        is_lowest = not lower and not near
        reached.append((entry.turn, entry if is_lowest or entry.turn <= 0 else _when(entry, f">= `{entry.turn}`")))
        if not is_lowest and entry.turn > 0 and not any(covers(one.when, entry.when) for one in [*near, *lower]):
            ahead.append((entry.turn, entry))
    reached.sort(key=lambda pair: -pair[0])
    ahead.sort(key=lambda pair: pair[0])
    return [*(entry for _, entry in reached), *staying, *(entry for _, entry in ahead)]


def _first(entry: Entry, turn: int, plain: list[Entry]) -> Iterator[Entry]:
    """The entries without a turn that answer in place of one whose turn is just reached, for they are tried before it."""
    for one in plain:
        when = both(one.when, entry.when) if one.number is None else None
        if when is not None:
            yield _when(replace(one, when=when), f"== `{turn}`")
            if covers(one.when, entry.when):
                return


def _when(entry: Entry, count: str) -> Entry:
    """The same for conversations of so many answers."""
    return replace(entry, when=entry.when | {"json": entry.when.get("json", {}) | {f"{_ANSWERS} {count}": True}})
