"""An answer that came to harm was taken for whole."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._attempts import Attempt
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._history import History
from understudy.verdict._outcome import cut_by


def _look(history: History, _limits: Limits) -> Iterator[Seen]:
    for one in history.attempts:
        if one.outcome != "broken" or (later := history.continued(one)) is None:
            continue
        taken, whole = later.said.messages[len(one.said.messages)].text, one.exchange.particulars.said
        if not taken or (whole and (taken.startswith(whole) or not whole.startswith(taken.rstrip("\ufffd")))):
            continue  # it has the whole answer, or another one
        if any(
            other.outcome == "good" and one.start < other.start < later.start and _same(one, other)
            for other in history.attempts
        ):
            continue
        fault = cut_by(one.exchange) or "a broken connection"
        share = f"{len(taken)} of {len(whole)} characters" if whole else f"{len(taken)} characters"
        yield Seen(f"After {fault} the talk went on with {share} of the answer.", (one.exchange, later.exchange))


def _same(one: Attempt, other: Attempt) -> bool:
    return other.said.identity == one.said.identity


CHECK = Check(
    name="broken-answer-accepted",
    title="A broken answer is taken for a whole one",
    help=("A talk that goes on with what came of an answer that was cut off, damaged, or ended by an error."),
    why=("Half an answer looks like an answer: users read it, tools run on it, and every later turn builds on it."),
    fix=(
        "Take an answer for whole only when it ended as the protocol says: a finish reason, the end "
        "mark, a complete body. Else fail or try again."
    ),
    look=_look,
    severity="error",
)
