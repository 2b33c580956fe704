"""The client read on after an error event."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._history import History
from understudy.verdict._words import seconds

_LONG = 1.0  # seconds of reading on; less may be what was under way


def _look(history: History, _limits: Limits) -> Iterator[Seen]:
    for one in history.attempts:
        error_at, delivery = one.exchange.particulars.error_at, one.exchange.delivery
        if error_at is None or delivery is None or delivery.outcome != "done":
            continue
        rest = one.exchange.duration - error_at
        if rest >= _LONG:
            yield Seen(f"A stream was read for {seconds(rest)} after its error event.", (one.exchange,))


CHECK = Check(
    name="read-on-after-error",
    title="The client reads on after an error event",
    help="A stream that is read to its end, for a second or more, although it carried an error event.",
    why="What follows an error is not to be relied on; it is paid for, and the error reaches nobody.",
    fix="Close the stream at the first error event and raise it.",
    look=_look,
)
