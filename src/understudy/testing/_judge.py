"""What is wrong with a test that the test itself did not notice: errors in its functions, calls nobody scripted, idle rules."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from understudy.config.includes import PRESET
from understudy.config.script import Rule
from understudy.model.call import GENERATING
from understudy.model.exchange import Exchange
from understudy.testing._house import House
from understudy.testing._ledger import Take
from understudy.testing._world import key_of
from understudy.testing.expectation import Pending

Strict = bool | Literal["calls", "rules"]


def problems(house: House, strict: Strict) -> Iterator[str]:
    """Every problem, each a text of one or several lines; that of idle rules is `Pending`."""
    for where, error in house.ledger.errors:
        told = "".join(traceback.format_exception(error)).rstrip()
        yield f"{where} failed:\n{told}"
    if strict is True or strict == "calls":
        yield from unscripted(house.ledger.takes())
    if strict is True or strict == "rules":
        idle = [rule for rule in written(house.rules) if not house.ledger.used(key_of(rule))]
        if idle:
            places = [f"    {place(rule)}: {rule.name}" for rule in idle]
            yield Pending("\n".join(["strict: these rules answered no call:", *places]))


def unscripted(takes: Iterable[Take]) -> Iterator[str]:
    """The calls that no rule answered; what is no prompt follows from the request, unless rules are about it."""
    for take in takes:
        head = take.request.head
        if take.exchange is not None and take.exchange.operation == "none":
            yield f"strict: no API has {head.method} {head.path}; the client got status {take.exchange.status}."
        elif _was_refused(take.exchange) or (not take.is_scripted and take.operation in GENERATING):
            user = take.call.user[:200] if take.call is not None else ""
            yield f"strict: a call was not scripted: {take.operation} {user!r}\n{take.miss or _told(take.exchange)}".rstrip()


def _was_refused(exchange: Exchange | None) -> bool:
    """Say whether a call was answered that no rule answers it; a rule that has no more replies is one."""
    return exchange is not None and exchange.particulars.failure == "no_match" and not exchange.rule


def _told(exchange: Exchange | None) -> str:
    """The words of the error."""
    failure = exchange.reply.failure if exchange is not None and exchange.reply is not None else None
    return (failure and failure.message) or ""


def written(rules: Iterable[Rule]) -> Iterator[Rule]:
    """The rules that somebody wrote for these tests: those of presets are not."""
    return (rule for rule in rules if not rule.source_file.startswith(PRESET))


def place(rule: Rule) -> str:
    """Where a rule stands."""
    return f"{Path(rule.source_file).name}:{rule.line}"
