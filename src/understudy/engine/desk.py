"""What every answer needs, whoever gives it: dates and serial numbers, errors, plans, and a word to the sinks at the end."""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Callable, Iterable

from understudy.engine import framing
from understudy.engine.decision import Decision
from understudy.engine.refusing import failure_answer, preflight_answer
from understudy.engine.scope import Scope
from understudy.engine.state import State
from understudy.engine.world import World
from understudy.model.call import Call
from understudy.model.exchange import Exchange
from understudy.model.http import Request
from understudy.model.plan import Outcome, Plan, Step
from understudy.model.ports import Clock, Settling, Sink, Tallying
from understudy.model.reply import Failure
from understudy.wire.response import http_date

TOGETHER = 63  # exchanges that sinks may gather, less one; a power of two less one
_LARGE = 1 << 16  # bytes of a body above which nothing waits


class Desk:
    """The state of answering that is nobody's behaviour.

    Args:
        world: the mind in force; may be swapped at any time between two requests.
        state: what behaviour remembers.
        clock: the time.
        sinks: hear of every finished exchange.
        on_error: hears of exceptions that are bugs of ours.
        on_failure: hears of every error that is answered.
    """

    def __init__(
        self,
        world: World,
        state: State,
        clock: Clock,
        sinks: Iterable[Sink] = (),
        on_error: Callable[[BaseException, Request], None] | None = None,
        on_failure: Callable[[Failure, Exchange], None] | None = None,
    ) -> None:
        self.world = world
        self.state = state
        self.sinks = tuple(sinks)
        self._wall = clock.wall
        self._monotonic = clock.monotonic
        self._on_error = on_error
        self._on_failure = on_failure
        self._serial = 0
        self._second = -1
        self._date = b""

    @property
    def sinks(self) -> tuple[Sink, ...]:
        """Who hears of every finished exchange."""
        return self._sinks

    @sinks.setter
    def sinks(self, sinks: Iterable[Sink]) -> None:
        self._sinks = tuple(sinks)
        self._records = tuple(sink.record for sink in self._sinks)
        self._tallies = tuple(sink for sink in self._sinks if isinstance(sink, Tallying))
        self._takers = tuple(sink.record for sink in self._sinks if not isinstance(sink, Tallying))
        self._settles = tuple(sink.settle for sink in self._sinks if isinstance(sink, Settling))

    def _rows(self, scope: Scope) -> tuple[list[int], ...]:
        """The rows in which good answers to such a head are counted, found once."""
        if scope.rows is None:
            scope.rows = tuple(sink.row(scope.context, 200) for sink in self._tallies)
        return scope.rows

    def _settle(self) -> None:
        """Let sinks that gather work in what they have."""
        for settle in self._settles:
            settle()

    def _without_endpoint(self, request: Request, scope: Scope) -> bytes | Plan:
        if not scope.preflight:
            return self._fail(request, scope, scope.problem or Failure(404, "not_found"))
        wall = self._wall()
        data = preflight_answer(scope, self._date_of(int(wall)))
        self._record(Exchange(wall, request, scope.context, status=204), "done", len(data))
        return data

    def _fail(
        self,
        request: Request,
        scope: Scope,
        failure: Failure,
        call: Call | None = None,
        rule: str = "",
        decision: Decision | None = None,
        wait: float = 0.0,
    ) -> bytes | Plan:
        """Answer an error; faults and delays apply only where a call was understood."""
        wall = self._wall()
        token = hexlify(decision.root) if decision else b""
        self._serial += 1
        data = failure_answer(scope, failure, self._date_of(int(wall)), rule, token, self._serial)
        exchange = Exchange(wall, request, scope.context, call.model if call else "", rule, token, self._serial, failure.status)
        if self._on_failure is not None:
            self._on_failure(failure, exchange)
        if call is not None and (wait or scope.controls.faults):
            return self._plan([data], scope, wait, exchange)
        self._record(exchange, "done", len(data))
        return data

    def _plan(self, steps: Iterable[Step], scope: Scope, wait: float, exchange: Exchange) -> Plan:
        if wait:
            steps = framing.delayed(wait, steps)
        for fault in scope.controls.faults:
            steps = fault.on_steps(steps)
        return Plan(steps, lambda outcome, sent: self._record(exchange, outcome, sent))

    def _record(self, exchange: Exchange, outcome: Outcome, sent: int) -> None:
        exchange.duration = self._monotonic() - exchange.request.at
        exchange.sent = sent
        exchange.outcome = outcome
        for record in self._records:
            record(exchange)
        if not exchange.serial & TOGETHER or len(exchange.request.body) > _LARGE:
            self._settle()

    def _date_of(self, second: int) -> bytes:
        if second != self._second:
            self._second = second
            self._date = http_date(second)
        return self._date
