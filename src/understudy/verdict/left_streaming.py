"""An answer that nobody waited for was taken to its end."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._duplicates import races
from understudy.verdict._history import History
from understudy.verdict._words import number, seconds


def _look(history: History, _limits: Limits) -> Iterator[Seen]:
    for race in races(history):
        if race.is_retry:
            ran_on = seconds(race.loser.end - race.winner.start)
            text = (
                f"A request was tried again while its first answer ran on for {ran_on}, {number(race.tokens, 'token')} in all."
            )
            yield Seen(text, (race.loser.exchange, race.winner.exchange))


CHECK = Check(
    name="streamed-for-nobody",
    title="Answers are streamed for nobody",
    help=("A request that was tried again while the answer to the try before was still coming, and went on coming to its end."),
    why="Tokens are made and paid for that nobody reads, while the next try waits for the same capacity.",
    fix=("Close the connection when a request is given up: on a time-out, and when the user behind a gateway has left."),
    look=_look,
)
