"""Numbered answers become the `replies` of one rule.

In: entries in the order in which they are tried, some with a place in a sequence. Out: rules. In other tools an answer whose
place has passed leaves the call to later entries; a rule goes on with the reply of the next entry that fits all its calls.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from understudy.importing.source import Where

Rule = dict[str, Any]


class Entry(Struct):
    """One foreign rule: `when` and `reply` as a script writes them; `number` is its place in a sequence, from 0."""

    where: Where
    when: dict[str, Any]
    reply: dict[str, Any]
    number: int | None = None
    name: str = ""


def in_order(entries: list[Entry]) -> list[tuple[Entry, Rule]]:
    """Make rules of entries, each with the entry it stands for."""
    found: list[tuple[Entry, Rule]] = []
    done: set[int] = set()
    for at, entry in enumerate(entries):
        if at in done:
            continue
        if entry.number is None:
            found.append((entry, _rule(entry, {"reply": plain(entry.reply)})))
            continue
        kin = [i for i in range(at, len(entries)) if entries[i].number is not None and entries[i].when == entry.when]
        done.update(kin)
        members = sorted((entries[i] for i in kin), key=lambda member: member.number or 0)
        found.append((entry, _rule(entry, _sequence(members, entries[at:]))))
    return found


def gaps(entries: list[Entry]) -> list[Entry]:
    """Find the entries whose place does not follow that of another, nor is the first."""
    missing = []
    for entry in entries:
        if entry.number:
            numbers = {other.number for other in entries if other.when == entry.when}
            if entry.number - 1 not in numbers:
                missing.append(entry)
    return missing


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
