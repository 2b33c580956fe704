"""A fleet that can go elsewhere let requests fail."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._fleet import failovers, lost
from understudy.verdict._history import History
from understudy.verdict._words import number


def _look(history: History, _limits: Limits) -> Iterator[Seen]:
    gone = lost(history)
    if gone:
        others = number(len(failovers(history)), "other")
        text = f"{number(len(gone), 'request')} failed for good, while {others} found another target."
        yield Seen(text, tuple(one.exchange for tries in gone for one in tries))


CHECK = Check(
    name="requests-lost",
    title="Requests are lost in an incident",
    help="Requests that nobody answered, of a client that had others answered by another model or key.",
    why="Users get errors although something could have answered them.",
    fix="Send every request that fails to the next target, not only some of them.",
    look=_look,
    severity="note",
)
