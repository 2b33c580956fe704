"""The provider fails in the middle of a stream: an error event in its own grammar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, Literal

from understudy.faults import Place, Striking
from understudy.faults._steps import strike
from understudy.faults._words import ErrorStatus, Wording
from understudy.model.plan import Ending, Step
from understudy.wire.response import LAST_CHUNK, chunk


class ErrorEvent(Wording, frozen=True):
    """Send an error event at a place (the second event unless `at` says otherwise), then end the stream or go on."""

    name: ClassVar[str] = "error-event"
    help: ClassVar[str] = "the provider's error event in a stream, then `then: end` or `go-on`; no effect on whole answers"
    needs_events: ClassVar[bool] = True
    places: ClassVar[tuple[str, ...]] = ("event", "token", "time", "after-headers", "end")
    status: ErrorStatus | None = None
    then: Literal["end", "go-on"] = "end"

    def given_status(self) -> int | None:
        """The status that was asked for; without a name the provider broke."""
        return self.status if self.status or self.error else 500

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterable[Step]:
        """Put the event into a stream."""
        if not context.stream:
            return steps
        data = context.spell_error(self.failure())

        def then(rest: Iterator[Step]) -> Iterator[Step]:
            yield chunk(data) if context.chunked else data
            if self.then == "go-on":
                yield from rest
            else:
                yield LAST_CHUNK if context.chunked else Ending.CLOSE

        return strike(steps, self.at or Place("event", 2), context, then)


FAULT = ErrorEvent
