"""What every answer needs, whoever gives it: dates and serial numbers, errors, plans, and a word to the sinks at the end."""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial

from understudy.capacity import Batcher, Fleet, Ticket
from understudy.engine import framing
from understudy.engine.accepting import is_spared, words_at_accept
from understudy.engine.decision import Decision
from understudy.engine.faultbook import strikes_connections
from understudy.engine.faulting import Strikes
from understudy.engine.noting import note_error, note_failure, note_sent, note_work
from understudy.engine.quota_grant import Grant
from understudy.engine.refusing import failure_answer, preflight_answer
from understudy.engine.scope import Scope
from understudy.engine.state import State
from understudy.engine.timeline import Course, in_force
from understudy.engine.world import World
from understudy.model.call import Call
from understudy.model.exchange import Exchange
from understudy.model.frame import Sheet
from understudy.model.http import Request
from understudy.model.plan import Delivery, Outcome, Plan, Step
from understudy.model.ports import Clock, Settling, Sink, Tallied, Tallying
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
        self.course = Course(clock.monotonic())
        self.control: Callable[[Request], bytes | Plan | None] = _nobody
        self.is_control: Callable[[str], bool] = _never
        self.is_bottleneck: Callable[[], bool] = _never
        self._play: Callable[[Plan], object] | None = None
        self.fleet = self._new_fleet()
        self.sinks = tuple(sinks)
        self._wall, self._monotonic = clock.wall, clock.monotonic
        self.started = clock.monotonic()
        self._on_error = on_error
        self._on_failure = on_failure
        self._serial = 0
        self._second = -1
        self._date = self._moment = b""

    @property
    def sinks(self) -> tuple[Sink, ...]:
        """Who hears of every finished exchange."""
        return self._sinks

    @sinks.setter
    def sinks(self, sinks: Iterable[Sink]) -> None:
        self._sinks = tuple(sinks)
        self._records = tuple(sink.record for sink in self._sinks)
        self._tallies = tuple(sink for sink in self._sinks if isinstance(sink, Tallying))
        takers = tuple(sink.record for sink in self._sinks if not isinstance(sink, Tallying | Tallied))
        self._take = takers[0] if len(takers) == 1 else partial(_tell, takers)
        self._settles = tuple(sink.settle for sink in self._sinks if isinstance(sink, Settling))

    def adopt(self, world: World) -> None:
        """Swap a world in: the next request meets it."""
        self.world = world
        self.fleet.renew(world.shares)

    def at_accept(self, *, tls: bool = False) -> bytes | Callable[[bytes], bool] | None:
        """Decide about a new connection: None lets it in, b"" closes it, other bytes are its only answer.

        Where a first line can be read before it is closed, what says which of them is let in all the same.
        """
        world = self.world
        faults = world.faults.connections
        if world.timeline is not None:
            effect = in_force(world.timeline, self.course, self._monotonic())
            faults = (*filter(strikes_connections, effect.faults), *faults)
        if not faults:
            return None
        words = words_at_accept(faults, self.state, world.settings.seed, self._monotonic() - self.started, tls=tls)
        return self._spares if words == b"" and not tls else words

    def _spares(self, line: bytes) -> bool:
        return is_spared(line, self.world.router, self.is_control)

    @property
    def begun(self) -> int:
        """The number of the newest answer that was begun."""
        return self._serial

    def attend(self, play: Callable[[Plan], object]) -> None:
        """Take what plays the plans that are nobody's answer, on the loop that serves from now on."""
        self._play = play
        self.fleet = self._new_fleet()

    def begin_anew(self) -> None:
        """Count the times of the script from now on, with simulated engines that hold nothing."""
        self.started = self._monotonic()
        self.course = Course(self.started)
        self.fleet.renew(())
        self.fleet = self._new_fleet()

    def _new_fleet(self) -> Fleet:
        fleet = Fleet(self._begin)
        fleet.renew(self.world.shares)
        return fleet

    def _begin(self, engine: Batcher) -> None:
        if self._play is not None:
            self._play(Plan(engine.steps()))

    def _settle(self) -> None:
        """Let sinks that gather work in what they have."""
        for settle in self._settles:
            settle()

    def _without_endpoint(self, request: Request, scope: Scope) -> bytes | Plan:
        answer = self.control(request)
        if answer is not None:
            return answer
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
        strikes: Strikes | None = None,
        grant: Grant | None = None,
    ) -> bytes | Plan:
        """Answer an error; faults and delays apply only where a call was understood."""
        wall = self._wall()
        token = hexlify(decision.root) if decision else b""
        self._serial += 1
        status, data = failure_answer(scope, failure, self._date_of(int(wall)), rule, token, self._serial)
        exchange = Exchange(wall, request, scope.context, call.model if call else "", rule, token, self._serial, status)
        if strikes is not None:
            strikes.on_error(data)
        note_failure(exchange, failure, data, strikes)
        if grant is not None:
            data = grant.stamp(data, scope.dialect, wall)
            grant.follow(exchange)
        if self._on_failure is not None:
            self._on_failure(failure, exchange)
        if request.alone or (call is not None and (wait or (strikes is not None and strikes.in_transit))):
            return self._plan([data], scope, wait, exchange, strikes)
        self._record(exchange, "done", len(data))
        return data

    def _plan(
        self,
        steps: Iterable[Step],
        scope: Scope,
        wait: float,
        exchange: Exchange,
        strikes: Strikes | None = None,
        ticket: Ticket | None = None,
        sheet: Sheet | None = None,
    ) -> Plan:
        if wait:
            steps = framing.delayed(wait, steps)
        if strikes is not None:
            erred = partial(note_error, exchange, self._monotonic)
            steps = strikes.on_steps(steps, chunked=exchange.stream and scope.head.version == "1.1", erred=erred)
        maker = None if ticket is None else ticket.came
        return Plan(steps, partial(self._played, exchange, ticket, sheet), maker=maker)

    def _played(self, exchange: Exchange, ticket: Ticket | None, sheet: Sheet | None, delivery: Delivery) -> None:
        exchange.delivery = delivery
        if ticket is not None:
            note_work(exchange, ticket, self._monotonic())
            ticket.cancel()
        elif sheet is not None and delivery.outcome != "done":
            note_sent(exchange, sheet, delivery.events)
        self._record(exchange, delivery.outcome, delivery.sent)

    def _record(self, exchange: Exchange, outcome: Outcome, sent: int) -> None:
        exchange.duration = self._monotonic() - exchange.request.at
        exchange.sent = sent
        exchange.outcome = outcome
        if exchange.settle is not None:
            exchange.settle(exchange)
            exchange.settle = None
        for record in self._records:
            record(exchange)
        if not exchange.serial & TOGETHER or len(exchange.request.body) > _LARGE:
            self._settle()

    def _date_of(self, second: int) -> bytes:
        if second != self._second:
            self._second = second
            self._date = http_date(second)
            self._moment = datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        return self._date

    def _moment_of(self, second: int) -> bytes:
        """The second as RFC 3339 has it."""
        self._date_of(second)
        return self._moment


def _tell(takers: tuple[Callable[[Exchange], None], ...], exchange: Exchange) -> None:
    for take in takers:
        take(exchange)


def _nobody(_request: Request) -> None:
    """Answer no request."""


def _never(*_asked: object) -> bool:
    return False
