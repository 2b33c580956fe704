"""Answers made again, for whoever looks at an exchange after the fact: the bytes of its answer from what the journal has of it.

In: a finished exchange. Out: head and body as they were sent, faults included, as far as they went; None where that cannot be
told. What hung on the moment may differ: what was left of rate limits, how much of the prompt was cached, talks that the server
kept; so may where waits cut pieces, or a fault sent pings. Remembers nothing and tells no sink.
"""

from __future__ import annotations

from binascii import unhexlify
from collections.abc import Callable, Iterator
from itertools import chain, repeat

from msgspec.structs import replace

from understudy.config.script import Script
from understudy.engine.controls import Controls
from understudy.engine.decision import Decision
from understudy.engine.faultbook import Faultbook, Labelled
from understudy.engine.faulting import ON_THE_WAY
from understudy.engine.refusing import preflight_answer
from understudy.engine.respond import Engine
from understudy.engine.scope import Scope, resolve
from understudy.engine.select import Chosen, Rulebook
from understudy.engine.state import MemoryState
from understudy.engine.world import World
from understudy.errors import RequestError
from understudy.faults import Armed, FaultError, parse
from understudy.model.exchange import Exchange, Particulars
from understudy.model.http import Request
from understudy.model.plan import Plan, spelled_out
from understudy.model.reply import Reply

_KEPT = ("stored", "asset")  # told of from a store that has gone on since


class _Stopped:
    """A clock that stands at the moment of an exchange."""

    def __init__(self) -> None:
        self.at = 0.0

    def monotonic(self) -> float:
        """Return zero: nothing takes time here."""
        return 0.0

    def wall(self) -> float:
        """Return the moment."""
        return self.at


class Again:
    """Makes answers again.

    Args:
        world: gives the world in force; its shapes and settings count, its rules, faults, limits and times do not.
        script: gives the script in force.
    """

    def __init__(self, world: Callable[[], World], script: Callable[[], Script]) -> None:
        self._world, self._script = world, script
        self._made_for: World | None = None
        self._engine: _Echo | None = None

    def __call__(self, exchange: Exchange) -> bytes | None:
        """Give the answer of an exchange, or None."""
        if exchange.operation in _KEPT:
            return None
        world = self._world()
        if self._engine is None or self._made_for is not world:
            self._made_for, self._engine = world, _Echo(_quiet(world, self._script()))
        return self._engine.preflight(exchange) if exchange.reply is None else self._engine.answer(exchange, exchange.reply)


def _quiet(world: World, script: Script) -> World:
    """The same world without rules, faults, limits and times."""
    settings = replace(world.settings, latency=0.0, jitter=0.0, response_delay=0.0, repeat="same", api_keys=())
    return World(settings, Script(shapes=script.shapes), world.dialects)


class _Known(Faultbook):
    """The faults that struck one answer, in place of those that might strike.

    Of those that only change what is said there is nothing left to do: it is known changed. Those that change it and the bytes,
    too, may change it twice.
    """

    def __init__(self) -> None:
        super().__init__(Script())
        self._struck: tuple[Labelled, ...] = ()

    def learn(self, particulars: Particulars) -> None:
        """Take what struck.

        Raises:
            FaultError: for what nobody could ask for.
        """
        labels = particulars.drawn or [""] * len(particulars.faults)
        found = zip(labels, map(_only, particulars.faults), strict=True)
        self._struck = tuple((label, armed) for label, armed in found if armed.fault.acts(*ON_THE_WAY))
        self.any = bool(self._struck)

    def general(self) -> tuple[Labelled, ...]:
        """What struck."""
        return self._struck


def _only(spelled: str) -> Armed:
    (armed,) = parse(spelled)
    return armed


def _anew(exchange: Exchange) -> Request:
    """Give the request of an exchange as it came, without what was made of it."""
    return Request(replace(exchange.request.head, memo=None), exchange.request.body, 0.0)


class _Echo(Engine):
    """An engine that is told what to say, and what befell it."""

    def __init__(self, world: World) -> None:
        self._clock = _Stopped()
        self._faults = world.faults = _Known()
        self._said: Iterator[Chosen] = iter(())
        world.rules = Rulebook((), {}, lambda _call, _decision: next(self._said))
        super().__init__(world, MemoryState(), self._clock)

    def preflight(self, exchange: Exchange) -> bytes | None:
        """Answer a preflight again; None when it was none."""
        scope = resolve(_anew(exchange).head, self.world)
        return preflight_answer(scope, self._date_of(int(exchange.started))) if scope.preflight else None

    def answer(self, exchange: Exchange, reply: Reply) -> bytes | None:
        """Say it again, as far as it went; None when more was said than is known."""
        self.state.reset()
        self._clock.at, self._serial = exchange.started, exchange.serial - 1
        said = chain((reply, *exchange.particulars.others), repeat(reply))
        self._said = (Chosen(exchange.rule, each) for each in said)
        request = _anew(exchange)
        try:
            self._faults.learn(exchange.particulars)
            made = self._made(exchange, reply, request, resolve(request.head, self.world))
        except (FaultError, RequestError):
            return None
        if isinstance(made, Plan):
            made = b"".join(step for step in spelled_out(made.steps) if isinstance(step, bytes))
        return made if made is None or exchange.outcome == "done" else made[: exchange.sent]

    def _made(self, exchange: Exchange, reply: Reply, request: Request, scope: Scope) -> bytes | Plan | None:
        endpoint = scope.endpoint
        if endpoint is None or not exchange.token:  # refused before anything was decided
            return self._fail(request, scope, reply.failure) if reply.failure is not None else None
        call = endpoint.decode(request, scope.params, scope.options)
        call.stream = exchange.stream
        scope.decision, scope.controls = Decision(unhexlify(exchange.token)), Controls(session=exchange.session)
        return self._answer(request, scope, endpoint, call, endpoint.count(call))
