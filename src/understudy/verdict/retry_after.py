"""Retry-After was ignored."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._attempts import Attempt
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._clients import manners_of
from understudy.verdict._fleet import target
from understudy.verdict._history import History
from understudy.verdict._words import seconds

_SLACK = 0.05  # of the time asked for, for clocks that differ
_MOST = 60.0  # older official clients wait no longer, and try again when they please


def _look(history: History, _limits: Limits) -> Iterator[Seen]:
    for request in history.requests:
        for first, second in request.pairs:
            asked, waited = first.wait_asked, second.start - first.end
            if asked is None or first.outcome != "failed" or target(first) != target(second):
                continue
            if not is_early(first, second) or _is_too_long(asked, waited, second):
                continue
            text = f"A {first.exchange.status} asked for {seconds(asked)}; the next try came after {seconds(max(0.0, waited))}."
            yield Seen(text, (first.exchange, second.exchange))


def is_early(first: Attempt, second: Attempt) -> bool:
    """Say whether a try comes earlier than the answer before it asked for."""
    asked = first.wait_asked
    return asked is not None and second.start - first.end < asked * (1 - _SLACK) - _SLACK


def _is_too_long(asked: float, waited: float, second: Attempt) -> bool:
    """Say whether an official client does not wait that long by default; a loop around it is none."""
    longest = manners_of(second.exchange).longest_wait
    if longest is not None:
        return asked > longest and waited >= longest * (1 - _SLACK) - _SLACK
    return asked > _MOST and bool(second.number)


CHECK = Check(
    name="retry-after-ignored",
    title="Retry-After is ignored",
    help=("A try that comes earlier than the answer before it asked for, to the same model with the same key."),
    why=(
        "The provider has said when it will answer; earlier tries are refused, count against the "
        "limit, and keep it from recovering."
    ),
    fix=("Wait as long as `retry-after-ms`, else `retry-after`, says before the next try, or give up when that is too long."),
    look=_look,
    severity="error",
)
