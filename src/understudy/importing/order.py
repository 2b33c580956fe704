"""Numbered answers become the `replies` of one rule.

In: entries in the order in which they are tried, some with a place in a sequence. Out: rules. In other tools an answer whose
place has passed leaves the call to later entries; a rule goes on with the reply of the next entry that fits all its calls.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from understudy.importing.source import Where

Rule = dict[str, Any]


class Entry(Struct):
    """One foreign rule: `when` and `reply` as a script writes them.

    `number` is its place in a sequence, from 0; `turn` is how many answers a conversation must hold, of which the highest that
    is reached counts; `rank` says what is tried first, whatever file it stands in: the lowest.
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


def in_order(entries: list[Entry]) -> list[tuple[Entry, Rule]]:
    """Make rules of entries, each with the entry it stands for."""
    kin = _numbered(entries)
    found: list[tuple[Entry, Rule]] = []
    for at, entry in enumerate(entries):
        if entry.number is None:
            found.append((entry, _rule(entry, {"reply": plain(entry.reply)})))
        elif (members := kin.pop(key_of(entry), None)) is not None:
            members.sort(key=lambda member: member.number or 0)
            found.append((entry, _rule(entry, _sequence(members, entries[at:]))))
    return found


def gaps(entries: list[Entry]) -> list[Entry]:
    """Find the entries whose place does not follow that of another, nor is the first."""
    missing = []
    for kin in _numbered(entries).values():
        numbers = {entry.number for entry in kin}
        missing += [entry for entry in kin if entry.number and entry.number - 1 not in numbers]
    return missing


def _numbered(entries: list[Entry]) -> dict[bytes, list[Entry]]:
    """The entries that have a place in a sequence, those of one sequence together."""
    kin: dict[bytes, list[Entry]] = {}
    for entry in entries:
        if entry.number is not None:
            kin.setdefault(key_of(entry), []).append(entry)
    return kin


def _sequence(members: list[Entry], later: list[Entry]) -> Rule:
    replies = [plain(member.reply) for member in members]
    when = members[0].when
    for entry in later:
        if entry.number is None and covers(entry.when, when):
            return {"replies": [*replies, plain(entry.reply)]}
    return {"replies": replies, "then": "error"}


def covers(general: dict[str, Any], special: dict[str, Any]) -> bool:
    """Whether conditions hold wherever others do, as far as chats go: each of them is one of the others."""
    return all(special.get(name) == value for name, value in general.items() if name != "operation" or name in special)


def _rule(entry: Entry, answer: Rule) -> Rule:
    rule: Rule = {"name": entry.name} if entry.name else {}
    return rule | ({"when": entry.when} if entry.when else {}) | answer


def plain(reply: dict[str, Any]) -> Any:
    """Write a reply that is a text and nothing else as that text."""
    return reply["text"] if reply.keys() == {"text"} else reply
