"""A call on its way to an answer, and how what was decided about it puts its stream in time.

In: a head and an encoded answer. Out: the steps of a stream, and what is kept on the shelf for others. A simulated engine goes
before the timing in force, which goes before none.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from msgspec import Struct

from understudy.capacity import Ticket
from understudy.dialects import Moment
from understudy.engine import framing
from understudy.engine.cutting import beats_of
from understudy.engine.decision import Decision
from understudy.engine.engaging import Engaged
from understudy.engine.faulting import Strikes
from understudy.engine.pace import NO_PACE, Pace
from understudy.engine.quota_grant import Grant
from understudy.engine.ready import ready_in_time, ready_stream, ready_whole
from understudy.engine.scope import Scope
from understudy.engine.select import Chosen
from understudy.engine.shelf import Key
from understudy.engine.twin import Span
from understudy.model.call import Call
from understudy.model.exchange import Exchange
from understudy.model.frame import Body, Stream
from understudy.model.http import Request
from understudy.model.plan import Ending, Step
from understudy.model.ports import Tallying
from understudy.wire.forms import Form

_USUAL = ("stop", "length")  # why answers end that others may be like


class Case(Struct):
    """A call on its way to an answer, and all that was decided about it.

    `wait` is the time before the answer begins, `rest` what of it lies behind the first token, `span` that of a whole answer;
    `key` names it on the shelf, None when it may not be kept there; a simulated engine makes what is `engaged`.
    """

    request: Request
    scope: Scope
    call: Call
    decision: Decision
    chosen: Chosen
    pace: Pace
    wait: float
    struck: Strikes | None = None
    engaged: Engaged | None = None
    key: Key | None = None
    grant: Grant | None = None
    rest: float = 0.0
    span: Span | None = None

    @property
    def ticket(self) -> Ticket | None:
        """Its place in an engine."""
        return None if self.engaged is None else self.engaged.ticket

    @property
    def takes_time(self) -> bool:
        """Whether its stream is spread in time."""
        return self.engaged is not None or self.pace.streams

    def headed(self, form: Form, values: tuple[Any, ...], wall: float, data: bytes) -> bytes:
        """Put a head before a body.

        Args:
            form: of the head.
            values: that fill it, the size of another body among them.
            wall: when the answer began, in unix time.
            data: the body.
        """
        head = form.render((values[0], len(data), *values[2:]))
        return (head if self.grant is None else self.grant.stamp(head, self.scope.dialect, wall)) + data

    def keep(
        self,
        form: Form,
        values: tuple[Any, ...],
        answer: Body | Stream,
        moment: Moment,
        exchange: Exchange,
        tallies: Iterable[Tallying],
        *,
        is_late: bool,
    ) -> None:
        """Keep an answer ready for others that are like it, if there may be any."""
        key, reply, shelf, second = self.key, exchange.reply, self.scope.shelf, moment.created
        if key is None or not answer.reusable or (reply is not None and reply.headers) or exchange.finish not in _USUAL:
            return
        finish, told = exchange.finish, exchange.particulars
        if isinstance(answer, Stream):
            if self.pace.latency is None:  # it is drawn for each
                stream = partial(ready_stream, form, values, answer, moment, self.pace, is_late, finish, told)
                shelf.keep_stream(key, second, stream, is_late=is_late)
        elif self.call.stream:
            return
        elif self.wait:
            timed = partial(ready_in_time, form, values, answer, moment, self.pace, self.span, is_late, finish, told)
            shelf.keep(shelf.in_time, key, second, timed)
        elif self.pace is NO_PACE and finish == "stop":
            tokens = answer.prompt_tokens, answer.completion_tokens
            rows = tuple(sink.row(self.scope.context, self.call.model, *tokens) for sink in tallies)
            shelf.keep(shelf.ready, key, second, partial(ready_whole, form, values, answer, moment, rows))

    def steps(self, head: bytes, answer: Stream) -> Iterable[Step]:
        """Put a stream in time."""
        chunked = self.scope.head.version == "1.1"
        if self.scope.head.method == "HEAD":
            return [head]
        steps = self._timed(head, answer, chunked=chunked)
        return steps if chunked or self.scope.closes else _closing(steps)

    def _timed(self, head: bytes, answer: Stream, *, chunked: bool) -> Iterable[Step]:
        if self.engaged is not None:
            return self.engaged.streamed(head, answer, chunked=chunked)
        pace, waits = self.pace, answer.waits
        if waits is None and pace.streams:
            of = pace.of_sheet if self.struck is None else pace.of_each
            waits = of(answer.sheet, self.decision, answer.prompt_tokens)
        if self.struck is not None:
            return self.struck.framed(head, answer, waits, chunked=chunked)
        if waits is not None:
            return framing.paced(head, answer, waits, chunked=chunked, steady=beats_of(answer, waits) if chunked else None)
        return framing.at_once(head, answer, chunked=chunked)


def _closing(steps: Iterable[Step]) -> Iterable[Step]:
    """End a stream to an HTTP/1.0 client by closing: it has no other end."""
    yield from steps
    yield Ending.CLOSE
