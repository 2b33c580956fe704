"""The composition root: the only module that knows everyone.

In: where the user's wishes come from (scripts, preset, flags, environment). Out: an engine, and a server around it. A reload
makes a whole new world and swaps it in, or leaves the old one and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from understudy import dialects
from understudy.config.script import Script
from understudy.config.settings import Settings, needs_restart, resolve
from understudy.config.watch import Watcher
from understudy.dialects import ShapeError
from understudy.engine.respond import Engine
from understudy.engine.state import MemoryState
from understudy.engine.templates import problem
from understudy.engine.world import World
from understudy.errors import ScriptError, UsageError
from understudy.kinds import nearest
from understudy.model.exchange import Exchange
from understudy.model.http import Request
from understudy.model.ports import Clock, Sink
from understudy.model.reply import Failure
from understudy.observe.journal import Journal
from understudy.observe.logs import Log, RequestLog
from understudy.observe.metrics import Counters
from understudy.runtime.clock import RealClock
from understudy.runtime.server import Server
from understudy.runtime.tls import tls_context
from understudy.wire.http1 import Limits


class Sources(Struct, frozen=True):
    """Where the user's wishes come from; flags win over the environment, that over scripts, those over the preset."""

    scripts: tuple[Path, ...] = ()
    preset: str | None = None
    flags: Mapping[str, object] = {}
    environ: Mapping[str, str] = {}


def shape_problems(shapes: Mapping[str, Any]) -> list[tuple[tuple[str | int, ...], str]]:
    """Check the `shapes` of a script: (path below `shapes`, message) for each mistake."""
    problems: list[tuple[tuple[str | int, ...], str]] = []
    known = dialects.load()
    for name, shape in shapes.items():
        if name not in known.names():
            problems.append(((name,), f"unknown dialect {name!r}.{nearest(str(name), known.names())}"))
            continue
        try:
            known.get(name).style(shape)
        except ShapeError as error:
            problems.append(((name, *error.path), str(error)))
    return problems


def read(sources: Sources, looked_for: dict[Path, None] | None = None) -> tuple[Settings, Script]:
    """Read scripts and settle settings.

    Args:
        sources: where the wishes come from.
        looked_for: takes the files that were read or looked for, even if they cannot be used.

    Raises:
        ScriptError: with every problem of the scripts.
        UsageError: for wrong flags, variables or settings.
    """
    script = Script()
    if sources.scripts or sources.preset:
        from understudy.config.load import load  # 30 ms that a server without scripts does not need

        script = load(
            sources.scripts, sources.preset, validate_shapes=shape_problems, validate_template=problem, looked_for=looked_for
        )
    return resolve(flags=sources.flags, environ=sources.environ, script=script.settings, preset={}), script


def make_world(settings: Settings, script: Script) -> World:
    """Build a generation of the engine's mind."""
    return World(settings, script, tuple(dialects.load()))


class Service:
    """An engine with its sources: what `serve` runs, what tests start, what a reload renews."""

    def __init__(
        self, sources: Sources, log: Log | Callable[[Settings], Log] | None = None, clock: Clock | None = None
    ) -> None:
        self.sources = sources
        self.settings, self.script = read(sources)
        self.log = log = log(self.settings) if callable(log) else log  # a log may itself depend on the settings
        self.clock = clock or RealClock()
        self.journal = Journal(self.settings.journal_size)
        self.counters = Counters()
        sinks: list[Sink] = [self.counters]
        if self.settings.journal_size:
            sinks.append(self.journal)
        if log is not None and log.enabled("info"):
            sinks.append(RequestLog(log, verbose=self.settings.verbose))
        heard = self._answered_error if log is not None and log.enabled("warning") else None
        self.engine = Engine(make_world(self.settings, self.script), MemoryState(), self.clock, sinks, self._failed, heard)
        self._refused: tuple[Path, ...] = ()
        self.watcher = Watcher(lambda: (*self.script.sources, *self._refused))

    def renew(self) -> tuple[Settings, Script, World] | None:
        """Read everything again (any thread); None when the sources cannot be used, which is logged."""
        looked_for: dict[Path, None] = {}
        try:
            settings, script = read(self.sources, looked_for)
            return settings, script, make_world(settings, script)
        except ScriptError as error:
            for mistake in error.problems:
                self._say("error", "script refused", problem=str(mistake))
        except UsageError as error:
            self._say("error", "settings refused", problem=str(error))
        # a file that only the refused version names must be watched too, or mending it would go unnoticed
        self._refused = tuple(looked_for)
        return None

    def adopt(self, renewed: tuple[Settings, Script, World]) -> None:
        """Swap a renewed world in: the next request meets it."""
        settings, script, world = renewed
        for name in needs_restart(self.settings, settings):
            self._say("warning", "setting needs a restart", setting=name)
        self.settings, self.script = settings, script
        self._refused = ()
        self.engine.world = world
        self.announce()

    def announce(self) -> None:
        """Log what is loaded."""
        names = [path.name for path in self.script.sources if path.exists()]
        self._say("info", "script loaded", scripts=names, rules=len(self.script.rules), responses=len(self.script.responses))

    def server(self) -> Server:
        """Make the server, not started yet."""
        settings = self.settings
        tls = tls_context(str(settings.tls_cert), str(settings.tls_key)) if settings.tls_cert and settings.tls_key else None
        return Server(
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
        )

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
