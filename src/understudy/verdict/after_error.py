"""The client read on after an error event."""

from __future__ import annotations

import re
from collections.abc import Iterator

from understudy.model.exchange import Exchange
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._history import History
from understudy.verdict._outcome import parameter, struck_by
from understudy.verdict._words import seconds

_AT = re.compile(r";(event|token|time)=(\d+(?:\.\d+)?)s?(?=;|$)")
_PLACE = 2  # the event at which the fault strikes when it does not say where
_LONG = 1.0  # seconds of reading on; less may be what was under way


def _look(history: History, _limits: Limits) -> Iterator[Seen]:
    for one in history.attempts:
        fault = struck_by(one.exchange, {"error-event"})
        delivery = one.exchange.delivery
        if fault is None or delivery is None or not one.exchange.stream or parameter(fault, "then", "end") != "go-on":
            continue
        rest = _rest(fault, one.exchange, delivery.events)
        if delivery.outcome == "done" and rest > _LONG:
            yield Seen(f"A stream was read for about {seconds(rest)} after its error event.", (one.exchange,))


def _rest(fault: str, exchange: Exchange, events: int) -> float:
    """Reckon the seconds from the error event to the end, from where it stood: events come at even distances, about."""
    if ";at=end" in fault:
        return 0.0
    place = _AT.search(fault)
    if place is not None and place[1] == "time":
        return exchange.duration - float(place[2])
    number = 0.0 if ";at=after-headers" in fault else float(place[2]) if place is not None else _PLACE
    return exchange.duration * max(0.0, 1 - number / max(events, exchange.completion_tokens, 1))


CHECK = Check(
    name="read-on-after-error",
    title="The client reads on after an error event",
    help="A stream that is read to its end, for a second or more, although it carried an error event.",
    why="What follows an error is not to be relied on; it is paid for, and the error reaches nobody.",
    fix="Close the stream at the first error event and raise it.",
    look=_look,
)
