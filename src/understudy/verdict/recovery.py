"""A target that is well again was left alone for long."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._fleet import incidents
from understudy.verdict._history import History
from understudy.verdict._words import seconds


def _look(history: History, limits: Limits) -> Iterator[Seen]:
    for incident in incidents(history):
        if incident.back is not None and incident.elsewhere and incident.seconds > limits.recovery:
            model = incident.back.exchange.model
            away = f"{incident.elsewhere} went elsewhere"
            text = f"{model} was used again {seconds(incident.seconds)} after its last failure; {away}."
            yield Seen(text, (incident.failures[-1].exchange, incident.back.exchange))


CHECK = Check(
    name="slow-recovery",
    title="Recovery is slow",
    help=("A model or key that failed three times in a row and was used again later than `recovery`, while others were used."),
    why="Traffic stays where it is dearer, slower or worse long after the reason is gone.",
    fix=(
        "Let one request through now and then while a target counts as down (a half-open circuit), "
        "and come back when it is answered."
    ),
    look=_look,
)
