"""Comments in an event stream, as gateways send them to keep a connection alive; clients pass over them.

They come between events, every so many of them or every so often while nothing else is due.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from understudy.faults import Answers, Fault, SomeSeconds, Striking
from understudy.faults._legal import Legal
from understudy.faults._sent import Sent, put_in
from understudy.faults._steps import NoEvent, at_most, is_event, split_head
from understudy.model.plan import Counted, Gate, Step, Until
from understudy.model.ports import Random

_HAIR: Final = 1e-9
"""Seconds by which a wait that ends with an interval may miss its end: sums of waits are never quite what was written."""


class Comments(Legal, Fault, frozen=True):
    """Send the comment `: TEXT` (ping) before every `events`th event, and every `interval` in which nothing else comes.

    Without either it comes before every event.
    """

    name: ClassVar[str] = "comments"
    help: ClassVar[str] = (
        "comments (`text`, ping) in an SSE stream, every `events` events or every `interval` of silence; "
        "no effect on whole answers"
    )
    needs_events: ClassVar[bool] = True
    answers: ClassVar[Answers] = "SSE streams"
    places: ClassVar[tuple[str, ...]] = ()
    events: Annotated[int, Meta(ge=1)] | None = None
    interval: SomeSeconds | None = None
    text: Annotated[str, Meta(pattern=r"^[^\r\n]*$", max_length=65536)] = "ping"

    @classmethod
    def drawn(cls, random: Random) -> Comments:
        """Comment every one to five events."""
        return cls(events=random.integer("comments/events", 1, 5))

    @property
    def comment(self) -> bytes:
        """The comment and its blank line."""
        return f": {self.text}".rstrip().encode() + b"\n\n"

    @property
    def _every(self) -> int | None:
        return self.events or (None if self.interval else 1)

    def finds(self, context: Striking) -> bool:
        """Say whether there are so many events; how much silence there will be nobody knows."""
        return super().finds(context) and (self._every is None or bool(self.interval) or self._every <= context.events)

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterable[Step]:
        """Put comments before events, and into waits."""
        every = self._every
        if every is not None:
            steps = self._commented(steps, context, every)
        return self._pinged(steps, context, float(self.interval)) if self.interval else steps

    def _commented(self, steps: Iterable[Step], context: Striking, every: int) -> Iterator[Step]:
        sent, next_event, comment = Sent(context), 0, NoEvent(put_in(self.comment, context))
        is_due = False
        for step in sent.watch(split_head(steps, context)):
            if is_due and not isinstance(step, Counted):  # which belongs to the event before
                yield comment
            yield step
            if is_due and isinstance(step, Counted):
                yield comment
            next_event += is_event(step)  # the head stands before the first
            is_due = is_event(step) and next_event % every == 0 and next_event <= context.events and sent.may_comment
        if is_due:
            yield comment

    def _pinged(self, steps: Iterable[Step], context: Striking, interval: float) -> Iterator[Step]:
        sent = Sent(context)
        for step in sent.watch(steps):
            if isinstance(step, float | Gate | Until) and sent.may_comment:
                yield from pings(step, interval, NoEvent(put_in(self.comment, context)))
            else:
                yield step


def pings(wait: float | Gate | Until, interval: float, comment: bytes) -> Iterator[Step]:
    """Spell a wait with a comment at every interval before its end."""
    if not isinstance(wait, float):
        yield from _pings_at_gate(wait, interval, comment)
        return
    count = max(0, ceil(wait / interval - 1e-9) - 1)  # 50ms hold four intervals of 10ms before their end, not five
    for _ in range(count):
        yield interval
        yield comment
    yield wait - count * interval


def _pings_at_gate(wait: Gate | Until, interval: float, comment: bytes) -> Iterator[Step]:
    left: Sequence[Gate | Until] = (wait,)
    while left:
        _, left = yield from at_most(left[0], interval + _HAIR)
        if left:
            yield comment


FAULT = Comments
