"""From a history to the verdict: every check looks, what it saw becomes a finding."""

from __future__ import annotations

import importlib
from collections.abc import Container, Generator, Iterable
from functools import cache

from understudy.kinds import Registry, nearest
from understudy.model.exchange import Exchange
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._finding import Finding, Verdict
from understudy.verdict._history import History
from understudy.verdict._measures import measures
from understudy.verdict._words import number

_MOST_EVIDENCE = 20
_MOST_SHOWN = 3
_RANKS = ("error", "warning", "note")


@cache
def checks() -> Registry[Check]:
    """The checks there are, scanned once."""
    return Registry("check", importlib.import_module("understudy.verdict"), "CHECK")


def judge(
    exchanges: Iterable[Exchange], limits: Limits | None = None, *, ignore: Container[str] = (), now: float | None = None
) -> Verdict:
    """Judge a client by what it did.

    Args:
        exchanges: what came in, in any order.
        limits: what is still good manners.
        ignore: names of checks that are not made.
        now: the moment of the verdict on the clock of the exchanges; None is the end of the last of them.
    """
    turns = judging(exchanges, limits, ignore=ignore, now=now)
    while True:
        try:
            next(turns)
        except StopIteration as over:
            verdict: Verdict = over.value
            return verdict


def judging(
    exchanges: Iterable[Exchange], limits: Limits | None = None, *, ignore: Container[str] = (), now: float | None = None
) -> Generator[None, None, Verdict]:
    """Judge a little at a time, for who must not be kept waiting: `judge`, which yields where it may be interrupted."""
    history = yield from History.read(exchanges, now)
    made = [check for check in checks() if check.name not in ignore]
    found: list[Finding] = []
    for check in made:
        seen: list[Seen] = []
        for one in check.look(history, limits or Limits()):
            seen += [one] if one is not None else []
            yield
        finding = _finding(check, seen)
        found += [finding] if finding is not None else []
        yield
    found.sort(key=lambda finding: _RANKS.index(finding.severity))
    bad = [finding for finding in found if finding.severity != "note"]
    return Verdict(
        not bad,
        _sentence(history, bad),
        len(history.attempts),
        len(history.requests),
        tuple(found),
        measures(history),
        {check.name: check.help for check in made},
    )


def check_named(name: str) -> str:
    """Return the name of a check.

    Raises:
        ValueError: naming the nearest check when there is none of that name.
    """
    names = checks().names()
    if name not in names:
        raise ValueError(f"check {name!r}: expected one of {', '.join(names)}.{nearest(name, names)}")
    return name


def _finding(check: Check, seen: list[Seen]) -> Finding | None:
    if not seen:
        return None
    ids: dict[str, None] = {}
    for one in seen:
        ids.update(dict.fromkeys(exchange.request_id for exchange in one.exchanges))
    shown = [one.text for one in seen[:_MOST_SHOWN]]
    rest = len(seen) - len(shown)
    text = " ".join([*shown, *([f"And {rest} more like this."] if rest else [])])
    evidence = tuple(ids)[:_MOST_EVIDENCE]
    return Finding(check.name, check.severity, check.title, text, check.why, check.fix, evidence, len(seen))


def _sentence(history: History, bad: list[Finding]) -> str:
    judged = f"{number(len(history.requests), 'request')} in {number(len(history.attempts), 'attempt')}"
    if not history.attempts:
        return "nothing was judged: no call of a model is in the journal."
    if not bad:
        return f"no fault was found in {judged}."
    return f"{number(len(bad), 'fault')} found in {judged}: {', '.join(finding.id for finding in bad)}."
