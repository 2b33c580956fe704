"""Numbered answers become the `replies` of one rule.

In: entries in the order in which they are tried, some with a place in a sequence. Out: rules, and what they do otherwise. In
other tools an answer whose place has passed leaves the call to later entries; a rule goes on with the reply of the next entry
that fits all its calls, and what stands between the two is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any, Final

import msgspec
from msgspec import Struct

from understudy.importing.logic import apart, covers
from understudy.importing.source import Where

Rule = dict[str, Any]

_NAMED: Final = 3  # lines that a remark names


class Entry(Struct):
    """One foreign rule: `when` and `reply` as a script writes them.

    `number` is its place in a sequence, from 0, which is reached once the place before it has answered; `turn` is how many
    answers a conversation must hold, of which the highest that is reached counts; `rank` says what is tried first, whatever
    file it stands in: the lowest.
    """

    where: Where
    when: dict[str, Any]
    reply: dict[str, Any]
    number: int | None = None
    name: str = ""
    rank: int = 0
    turn: int | None = None


def key_of(entry: Entry) -> bytes:
    """Equal for entries that match the same."""
    return msgspec.json.encode(entry.when, order="sorted")


class _Run(Struct):
    """A sequence: its `members` by their places, the entry that goes on behind them, and those `between` that fit some calls.

    `unreached` are the members that never answer, each with the entry that answers in its place, None where the place before it
    never does.
    """

    members: list[Entry]
    between: list[Entry]
    unreached: list[tuple[Entry, Entry | None]]
    last: Entry | None


def in_order(entries: list[Entry]) -> list[tuple[Entry, Rule]]:
    """Make rules of entries, each with the entry it stands for."""
    runs = dict(_runs(entries))
    found: list[tuple[Entry, Rule]] = []
    for at, entry in enumerate(entries):
        if entry.number is None:
            found.append((entry, _rule(entry, {"reply": plain(entry.reply)})))
        elif (run := runs.get(at)) is not None and run.members:
            replies = [plain(member.reply) for member in run.members]
            goes_on = (
                {"replies": replies, "then": "error"} if run.last is None else {"replies": [*replies, plain(run.last.reply)]}
            )
            found.append((entry, _rule(entry, goes_on)))
    return found


def told(entries: list[Entry]) -> Iterator[tuple[Where, str]]:
    """Say what the rules of sequences do otherwise, with the lines where it is."""
    for _, run in _runs(entries):
        for member, other in run.unreached:
            why = f"{_line(other, member)} answers there" if other is not None else "none that answers stands before it"
            yield member.where, f"place {member.number} of a sequence never answers: {why}. It is left out."
        if run.between and run.members:
            first = run.members[0]
            lines = [_line(entry, first) for entry in run.between[:_NAMED]]
            more = f" and {len(run.between) - _NAMED} more" if len(run.between) > _NAMED else ""
            instead = "an error" if run.last is None else f"what {_line(run.last, first)} says"
            message = f"once this sequence is used up, {', '.join(lines)}{more} answered the calls that fit them, too"
            yield first.where, f"{message}; here all get {instead}."


def _line(entry: Entry, seen: Entry) -> str:
    return f"line {entry.where.line}" if entry.where.file == seen.where.file else str(entry.where)


def _runs(entries: list[Entry]) -> Iterator[tuple[int, _Run]]:
    """The sequences, each with the place of its first entry."""
    kin: dict[bytes, list[Entry]] = {}
    for entry in entries:
        if entry.number is not None:
            kin.setdefault(key_of(entry), []).append(entry)
    for at, entry in enumerate(entries):
        if entry.number is not None and (members := kin.pop(key_of(entry), None)) is not None:
            yield at, _run(members, entries[at:])


def _run(kin: list[Entry], later: list[Entry]) -> _Run:
    when, own = kin[0].when, set(map(id, kin))
    taken: dict[int, Entry] = {}
    run = _Run([], [], [], None)
    for entry in later:
        if id(entry) in own:
            other = run.last or taken.setdefault(entry.number or 0, entry)
            if other is not entry:
                run.unreached.append((entry, other))
        elif run.last is None and entry.number is None and covers(entry.when, when):
            run.last = entry
        elif run.last is None and not apart(entry.when, when):
            run.between.append(entry)
    gap = next(number for number in count() if number not in taken)
    run.members = [taken[number] for number in range(gap)]
    run.unreached += [(taken[number], None) for number in sorted(taken) if number not in range(gap)]
    return run


def _rule(entry: Entry, answer: Rule) -> Rule:
    rule: Rule = {"name": entry.name} if entry.name else {}
    return rule | ({"when": entry.when} if entry.when else {}) | answer


def plain(reply: dict[str, Any]) -> Any:
    """Write a reply that is a text and nothing else as that text."""
    return reply["text"] if reply.keys() == {"text"} else reply
