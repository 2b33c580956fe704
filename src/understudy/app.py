"""The composition root: the only module that knows everyone.

In: where the user's wishes come from (scripts, preset, flags, environment). Out: an engine, and a server around it. A reload
makes a whole new world and swaps it in, or leaves the old one and says why.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from understudy.config.script import Script
from understudy.config.settings import Settings, needs_restart
from understudy.config.watch import Watcher
from understudy.control import ControlApp, Feed, Sight, is_control
from understudy.engine.again import Again
from understudy.engine.respond import Engine
from understudy.engine.sessions import within
from understudy.engine.standing import standings
from understudy.engine.state import MemoryState
from understudy.engine.world import World
from understudy.errors import ScriptError, UsageError
from understudy.model.exchange import Exchange
from understudy.model.http import Request
from understudy.model.plan import Plan
from understudy.model.ports import Clock, Sink
from understudy.model.reply import Failure
from understudy.observe.durations import Durations
from understudy.observe.journal import Journal
from understudy.observe.logs import Log, RequestLog
from understudy.observe.metrics import Counters
from understudy.observe.pacing import Pacing
from understudy.runtime.clock import RealClock
from understudy.runtime.lateness import Lateness
from understudy.runtime.server import Server
from understudy.runtime.tls import tls_context
from understudy.sources import Renewed, Sources, checks, make_world, scripts, settle
from understudy.wire.http1 import Limits

if TYPE_CHECKING:
    from understudy.config.overlay import Overlay, Section, Verb


class Service:
    """An engine with its sources: what `serve` runs, what tests start, what a reload renews."""

    def __init__(
        self, sources: Sources, log: Log | Callable[[Settings], Log] | None = None, clock: Clock | None = None
    ) -> None:
        self.sources = sources
        self._base = scripts(sources, None)
        self.overlay: Overlay | None = None
        self._changing = threading.Lock()
        self.settings, self.script = self._settled(self._base, None)
        self.log = log = log(self.settings) if callable(log) else log  # a log may itself depend on the settings
        self.clock = clock or RealClock()
        self.journal = Journal(self.settings.journal_size)
        self.counters, self.durations = self._counting()
        self.lateness = Lateness()
        self.pacing = Pacing(self.lateness, self.clock.monotonic)
        sinks: list[Sink] = [self.counters, self.durations, *([self.journal] if self.settings.journal_size else [])]
        if log is not None and log.enabled("info"):
            sinks.append(RequestLog(log, verbose=self.settings.verbose))
        heard = self._answered_error if log is not None and log.enabled("warning") else None
        self.engine = Engine(self._world(self.settings, self.script), MemoryState(), self.clock, sinks, self._failed, heard)
        self.engine.is_bottleneck = lambda: self.pacing.is_bottleneck
        self.feed = Feed(self.clock.monotonic, self._attend)
        self.control = ControlApp(self._sight(), self._failed)
        self.engine.control, self.engine.is_control = self._beside, is_control
        self._server: Server | None = None
        self._refused: tuple[Path, ...] = ()
        self.watcher = Watcher(lambda: (*self.script.sources, *self._refused))

    def _counting(self) -> tuple[Counters, Durations]:
        """What counts answers, from zero."""
        counters = Counters()
        return counters, Durations(counters, lambda: self.settings.metrics_names == "vllm")

    def _beside(self, request: Request) -> bytes | Plan | None:
        """Answer what no dialect does: what is below a session's path, and the controls."""
        head = within(request.head)
        return self.control.respond(request) if head is None else self.engine.respond(replace(request, head=head))

    def _sight(self) -> Sight:
        return Sight(
            self.clock,
            self.clock.monotonic(),
            lambda: self.settings,
            self.engine.state,
            self.journal,
            self.counters,
            self.durations,
            self.pacing,
            connections=lambda: self._server.connections if self._server is not None else 0,
            cut=lambda: self._server.room.cut if self._server is not None else 0,
            queues=lambda: standings(
                self.engine.world.shares, self.engine.fleet, (*self.settings.models, self.settings.default_model)[0]
            ),
            changes=self,
            timeline=lambda: self.engine.world.timeline,
            course=self.engine.course,
            feed=self.feed,
            read=self.engine.read,
            again=Again(lambda: self.engine.world, lambda: self.script),
            begun=lambda: self.engine.begun,
        )

    def _attend(self, wanted: bool) -> None:
        """Have the feed among the sinks only while somebody listens."""
        others = tuple(sink for sink in self.engine.sinks if sink is not self.feed)
        self.engine.sinks = (*others, self.feed) if wanted else others

    def renew(self) -> Renewed | None:
        """Read everything again (any thread); None when the sources cannot be used, which is logged."""
        looked_for: dict[Path, None] = {}
        try:
            return self._make(scripts(self.sources, looked_for, self._base.autoloaded), self.overlay)
        except ScriptError as error:
            for mistake in error.problems:
                self._say("error", "script refused", problem=str(mistake))
        except UsageError as error:
            self._say("error", "settings refused", problem=str(error))
        self._refused = tuple(looked_for)  # to be watched, too: mending a file that it alone names would go unnoticed
        return None

    def adopt(self, renewed: Renewed) -> None:
        """Swap a renewed world in: the next request meets it."""
        with self._changing:
            if renewed.overlay is not self.overlay:  # it was changed while the scripts were read
                self.watcher.want()  # to be read, and refused, again should the two not go together
                renewed = self._make(renewed.base, self.overlay)
            for name in needs_restart(self.settings, renewed.settings):
                self._say("warning", "setting needs a restart", setting=name)
            self._swap(renewed)
        self._refused = ()
        self.announce()

    def amend(self, verb: Verb, section: Section, data: Any = None, name: str | None = None) -> None:
        """Change a section while the server runs (any thread), whole or not at all: see `Wish`; the next request meets it.

        Raises:
            ScriptError: with every mistake.
            UsageError: when the settings do not go together.
        """
        from understudy.config.overlay import Overlay, Wish, apply

        wish = Wish(verb, section, data, name)
        with self._changing:
            overlay = apply(self.overlay or Overlay(), wish, checks())
            self._swap(self._make(self._base, overlay, later=section == "rules"))
        if self._refused:  # perhaps for what this takes back
            self.watcher.want()
        self._say("info", "changed", wish=wish.title)

    def _make(self, base: Script, overlay: Overlay | None, *, later: bool = False) -> Renewed:
        settings, script = self._settled(base, overlay)
        world = self.engine.world.amended(script) if later else self._world(settings, script)
        return Renewed(base, overlay, settings, script, world)

    def _settled(self, base: Script, overlay: Overlay | None) -> tuple[Settings, Script]:
        return settle(self.sources, base, overlay)

    def _world(self, settings: Settings, script: Script) -> World:
        return make_world(settings, script)

    def _swap(self, renewed: Renewed) -> None:
        self._base, self.overlay, self.settings, self.script = renewed.base, renewed.overlay, renewed.settings, renewed.script
        self.durations.settle()  # what is wanted of answers may be another thing from here on
        self.engine.adopt(renewed.world)

    def announce(self) -> None:
        """Log what is loaded."""
        names = [path.name for path in self.script.sources if path.exists()]
        self._say("info", "script loaded", scripts=names, rules=len(self.script.rules), responses=len(self.script.responses))

    def warm(self) -> None:
        """Load what the first request for it would stop all streams for: the usual vocabulary, the controls (any thread)."""
        from understudy.text.tokens import encoding

        encoding("o200k_base")
        self.control.load()

    def server(self) -> Server:
        """Make the server, not started yet."""
        settings = self.settings
        tls = tls_context(str(settings.tls_cert), str(settings.tls_key)) if settings.tls_cert and settings.tls_key else None
        self._server = Server(
            self.engine,
            Limits(
                max_body=settings.max_body,
                max_header=settings.max_header,
                idle_timeout=settings.idle_timeout,
                header_timeout=settings.header_timeout,
                body_timeout=settings.body_timeout,
                max_connections=settings.max_connections,
            ),
            host=settings.host,
            port=settings.port,
            tls=tls,
            clock=self.clock,
            on_error=self.report,
            lateness=self.lateness,
            on_start=self.engine.attend,
            at_accept=partial(self.engine.at_accept, tls=tls is not None),
            on_sweep=self._look_at_time,
            on_stop=self.feed.close,
        )
        return self._server

    def _look_at_time(self) -> None:
        """Judge how well time is kept, and log when that changes; log what and who there was no room for, too."""
        if self.log is not None:
            self.log.flush()
        if self._server is not None and (cut := self._server.room.newly_cut()):
            self._say("warning", "connections cut", count=cut, problem=self._server.room.words)
        if self.pacing.tick():
            self.engine.world.forget_ready()
            self._say("warning" if self.pacing.is_bottleneck else "info", "pacing", **self.pacing.brief())

    def report(self, error: BaseException) -> None:
        """Log an error that is ours and belongs to no request."""
        self._say("error", "internal error", error=error)

    def _failed(self, error: BaseException, request: Request) -> None:
        self._say("error", "request failed", error=error, method=request.head.method, path=request.head.path)

    def _answered_error(self, failure: Failure, exchange: Exchange) -> None:
        """Log the words of an error that nobody asked for; our own mistakes are logged by `_failed`, with their stack."""
        if failure.kind == "simulated" or (failure.kind == "server_error" and failure.message is None):
            return
        self._say(
            "error" if failure.status >= 500 else "warning",
            "error answered",
            status=failure.status,
            kind=failure.kind,
            problem=failure.message or failure.kind.replace("_", " "),
            method=exchange.request.head.method,
            path=exchange.request.head.path,
            request_id=exchange.request_id,
        )

    def _say(self, level: str, event: str, error: BaseException | None = None, **fields: object) -> None:
        if self.log is not None:
            self.log.write(level, event, error=error, **fields)
