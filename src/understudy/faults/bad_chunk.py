"""A chunk whose size line is no number: HTTP itself is broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar

from msgspec import Meta

from understudy.faults import Answers, Fault, Place, Striking
from understudy.faults._sent import payload
from understudy.faults._steps import strike_body
from understudy.model.plan import Ending, Step


class BadChunk(Fault, frozen=True):
    """Send an event (the first unless `at` says otherwise) as a chunk of the size `line` (xyz), then close."""

    name: ClassVar[str] = "bad-chunk"
    help: ClassVar[str] = "a chunk of a stream with the size `line` (xyz), then FIN; no effect on whole answers"
    needs_events: ClassVar[bool] = True
    answers: ClassVar[Answers] = "streams"
    places: ClassVar[tuple[str, ...]] = ("event", "token", "time", "after-headers")
    own: ClassVar[Place] = Place("event", 1)
    line: Annotated[str, Meta(pattern=r"^[ -~]{0,200}$")] = "xyz"

    def finds(self, context: Striking) -> bool:
        """Say whether there is a chunk; HTTP/1.0 has none."""
        return super().finds(context) and context.chunked

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterable[Step]:
        """Spoil the size of a chunk."""
        if not context.chunked:
            return steps

        def then(rest: Iterator[Step]) -> Iterator[Step]:
            event = next((step for step in rest if isinstance(step, bytes)), b"")
            yield b"%b\r\n%b\r\n" % (self.line.encode(), payload(event, context) or b"")
            yield Ending.CLOSE

        return strike_body(steps, self.place, context, then)


FAULT = BadChunk
