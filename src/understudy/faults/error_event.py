"""The provider fails in the middle of a stream: an error event in its own grammar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, Literal

from understudy.faults import Answers, Place, Striking
from understudy.faults._array import element
from understudy.faults._sent import Sent, framed, payload, put_in
from understudy.faults._steps import NoEvent, strike_body
from understudy.faults._words import ErrorStatus, Wording
from understudy.model.plan import Ending, Step
from understudy.wire.response import LAST_CHUNK


class ErrorEvent(Wording, frozen=True):
    """Send an error event at a place (the second event unless `at` says otherwise), then end the stream or go on.

    In a stream that is one JSON array it is an element, and the array is closed behind it.
    """

    name: ClassVar[str] = "error-event"
    help: ClassVar[str] = "the provider's error event in a stream, then `then: end` or `go-on`; no effect on whole answers"
    needs_events: ClassVar[bool] = True
    answers: ClassVar[Answers] = "streams"
    places: ClassVar[tuple[str, ...]] = ("event", "token", "time", "after-headers", "end")
    own: ClassVar[Place] = Place("event", 2)
    status: ErrorStatus | None = None
    then: Literal["end", "go-on"] = "end"

    def given_status(self) -> int | None:
        """The status that was asked for; without a name the provider broke."""
        return self.status if self.status or self.error else 500

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterable[Step]:
        """Put the event into a stream."""
        if not context.stream:
            return steps
        data, brackets, sent = context.spell_error(self.failure()), context.brackets, Sent(context)

        def then(rest: Iterator[Step]) -> Iterator[Step]:
            has_begun = sent.has_begun
            event = data if brackets is None else element(data, brackets, is_first=not has_begun)
            if self.then == "end" and context.grammar is not None and context.grammar.failed is not None:
                event = context.grammar.failed(sent.first, sent.last, data)
            context.erred()
            yield NoEvent(put_in(event, context))
            if self.then == "go-on":
                yield from rest if has_begun or brackets is None else _moved(rest, context)
                return
            if brackets is not None:
                yield framed(brackets.end, context)
            yield LAST_CHUNK if context.chunked else Ending.CLOSE

        return sent.watch(strike_body(steps, self.place, context, then))


def _moved(rest: Iterator[Step], context: Striking) -> Iterator[Step]:
    """Make the first element of an array one that stands behind another."""
    for step in rest:
        data = payload(step, context) if isinstance(step, bytes) else None
        if data is None or context.brackets is None:
            yield step
            continue
        yield framed(context.brackets.other + data.removeprefix(context.brackets.first), context)
        break
    yield from rest


FAULT = ErrorEvent
