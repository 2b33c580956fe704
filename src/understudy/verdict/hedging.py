"""Two tries of one request ran at a time."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._duplicates import races
from understudy.verdict._history import History
from understudy.verdict._words import number


def _look(history: History, _limits: Limits) -> Iterator[Seen]:
    hedges = [race for race in races(history) if not race.is_retry]
    if hedges:
        all_tokens = sum(one.exchange.completion_tokens for one in history.attempts)
        wasted = sum(race.tokens for race in hedges)
        share = f", {wasted / all_tokens:.0%} of all" if all_tokens else ""
        text = f"{number(len(hedges), 'request')} ran twice at a time; {number(wasted, 'token')} were for nobody{share}."
        yield Seen(text, tuple(one.exchange for race in hedges for one in (race.winner, race.loser)))


CHECK = Check(
    name="hedging-waste",
    title="Hedged requests cost twice",
    help=(
        "Two tries of one request at a time: of one name (`idempotency-key`), or of one body when one"
        " is left as the other is answered."
    ),
    why=("Every hedge is paid for twice and counts twice against the limits, most of all when the provider is slow."),
    fix="Hedge only the slowest few per cent, after a delay, and close the loser at once.",
    look=_look,
    severity="note",
)
