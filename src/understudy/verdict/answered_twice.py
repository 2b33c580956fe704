"""What had been answered was asked again."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._duplicates import answered_twice
from understudy.verdict._history import History
from understudy.verdict._words import seconds


def _look(history: History, _limits: Limits) -> Iterator[Seen]:
    for first, second in answered_twice(history):
        pause = seconds(second.start - first.end)
        yield Seen(
            f"A request was answered whole and asked again {pause} later, as a retry.", (first.exchange, second.exchange)
        )


CHECK = Check(
    name="answered-twice",
    title="An answered request is asked again",
    help="A try of a request, told by its number or its name, after the try before was answered whole.",
    why="The work is paid for twice, and if both answers are used, what follows from them is done twice.",
    fix="Decide once whether a try failed, and do not try again after an answer has been read.",
    look=_look,
)
