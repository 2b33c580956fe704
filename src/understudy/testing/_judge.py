"""What is wrong with a test that the test itself did not notice: errors in its functions, calls nobody scripted, idle rules."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from understudy.config.includes import PRESET
from understudy.config.script import Rule
from understudy.testing._house import House
from understudy.testing._ledger import Take
from understudy.testing._world import key_of

Strict = bool | Literal["calls", "rules"]

_NO_PROMPTS = ("embedding", "stored")  # answered from what they carry; nobody scripts them


def problems(house: House, strict: Strict) -> Iterator[str]:
    """Every problem, each a text of one or several lines."""
    for where, error in house.ledger.errors:
        told = "".join(traceback.format_exception(error)).rstrip()
        yield f"{where} failed:\n{told}"
    if strict is True or strict == "calls":
        yield from unscripted(house.ledger.takes())
    if strict is True or strict == "rules":
        idle = [rule for rule in written(house.rules) if not house.ledger.used(key_of(rule))]
        if idle:
            yield "\n".join(["strict: these rules answered no call:", *[f"    {place(rule)}: {rule.name}" for rule in idle]])


def unscripted(takes: Iterable[Take]) -> Iterator[str]:
    """The calls that no rule answered."""
    for take in takes:
        head = take.request.head
        if take.exchange is not None and take.exchange.operation == "none":
            yield f"strict: no API has {head.method} {head.path}; the client got status {take.exchange.status}."
        elif not take.is_scripted and take.operation not in _NO_PROMPTS:
            user = take.call.user[:200] if take.call is not None else ""
            yield f"strict: a call was not scripted: {take.operation} {user!r}\n{take.miss}".rstrip()


def written(rules: Iterable[Rule]) -> Iterator[Rule]:
    """The rules that somebody wrote for these tests: those of presets are not."""
    return (rule for rule in rules if not rule.source_file.startswith(PRESET))


def place(rule: Rule) -> str:
    """Where a rule stands."""
    return f"{Path(rule.source_file).name}:{rule.line}"
