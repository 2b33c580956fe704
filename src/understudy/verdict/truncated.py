"""An answer that came to harm was taken for whole."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._attempts import Attempt
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._history import History
from understudy.verdict._outcome import cut_by
from understudy.verdict._taken import calls_cut, taken


def _look(history: History, _limits: Limits) -> Iterator[Seen]:
    for one in history.attempts:
        if one.outcome != "broken" or (later := history.continued(one)) is None:
            continue
        answer = taken(one, later)
        share = calls_cut(answer, one.exchange.reply)
        if not share and not answer.is_to_go_on:
            share = _cut(answer.text, one.exchange.said)
        if not share or any(
            other.outcome == "good" and one.start < other.start < later.start and _same(one, other)
            for other in history.attempts
        ):
            continue
        fault = cut_by(one.exchange) or "a broken connection"
        yield Seen(f"After {fault} the talk went on with {share}.", (one.exchange, later.exchange))


def _cut(text: str, whole: str) -> str:
    """Say how much of an answer was taken, "" when it was all of it, or another one."""
    if not text or (whole and (text.startswith(whole) or not (_reads_on(text, whole) or _lacks_a_piece(text, whole)))):
        return ""
    return f"{len(text)} of {len(whole)} characters of the answer" if whole else f"{len(text)} characters of the answer"


def _reads_on(text: str, whole: str) -> bool:
    """Say whether a text is a beginning of the whole, but for what could not be decoded."""
    at = 0
    for number, part in enumerate(text.split("\ufffd")):
        found = whole.find(part, at)
        if found < 0 or (found and not number):
            return False
        at = found + len(part)
    return True


def _lacks_a_piece(text: str, whole: str) -> bool:
    """Say whether a text is the whole, but for one piece of less than half of it."""
    if not len(whole) / 2 < len(text) < len(whole):
        return False
    begins = next((at for at, (one, other) in enumerate(zip(text, whole, strict=False)) if one != other), len(text))
    return whole.endswith(text[begins:])


def _same(one: Attempt, other: Attempt) -> bool:
    return other.said.identity == one.said.identity


CHECK = Check(
    name="broken-answer-accepted",
    title="A broken answer is taken for a whole one",
    help=(
        "A talk that goes on with what came of an answer that was cut off, damaged, or ended by an error: with a part of its"
        " text, without asking the model to go on, or with results of tools that ran on a part of its calls."
    ),
    why=("Half an answer looks like an answer: users read it, tools run on it, and every later turn builds on it."),
    fix=(
        "Take an answer for whole only when it ended as the protocol says: a finish reason, the end "
        "mark, a complete body. Else fail or try again."
    ),
    look=_look,
    severity="error",
)
