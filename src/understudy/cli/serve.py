"""`understudy serve [SCRIPT ...]`: run the server until a signal stops it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from understudy.app import Service
from understudy.cli._output import tell
from understudy.config.settings import Settings, add_flags, flags_given, unknown_environment
from understudy.config.values import SWITCH_WORDS
from understudy.errors import UsageError
from understudy.observe.logs import Log, configure
from understudy.runtime.loop import freeze_collector
from understudy.runtime.process import serve
from understudy.runtime.renewal import Renewal, after
from understudy.runtime.server import Server
from understudy.sources import Sources

_POLL = 0.25  # seconds between two looks at the scripts
_PATIENCE = 0.5  # seconds without a reader of the log after which its last lines are given up
_WARM = 0.1  # seconds after which is loaded what the first answers do not wait for; an idle server has it soon


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.usage = "understudy serve [SCRIPT ...] [--preset NAME] [settings]"
    parser.add_argument("scripts", nargs="*", type=Path, metavar="SCRIPT", help="what to say; of several the first one wins")
    parser.add_argument("--preset", metavar="NAME", help="start as one of `understudy presets`")
    add_flags(parser)


def run(args: argparse.Namespace) -> int:
    """Serve."""
    _refuse_words(args.scripts)
    sources = Sources(tuple(args.scripts), args.preset, flags_given(args), dict(os.environ))
    service = Service(sources, _log)
    settings, log = service.settings, service.log or _log(service.settings)
    for warning in unknown_environment(sources.environ):
        log.write("warning", "unknown setting", problem=warning)

    def ready(server: Server) -> None:
        scheme = "https" if service.settings.tls_cert else "http"
        tell(f"Understudy is ready on {scheme}://{_host(service.settings.host)}:{server.port}")
        service.announce()
        log.write("info", "listening", host=service.settings.host, port=server.port, connections=server.room.cap)
        if server.room.problem and settings.max_connections != Settings().max_connections:  # nobody asked for as many as that
            log.write("warning", "connections limited", problem=server.room.problem)
        if settings.watch:
            Renewal(_POLL, service.watcher.changed, service.renew, service.adopt, service.report)
        after(_WARM, service.warm, service.report)
        freeze_collector()

    serve(service.server(), ready, grace=settings.shutdown_grace)
    log.write("info", "stopped")
    log.flush(_PATIENCE)
    return 0


def _refuse_words(scripts: Sequence[Path]) -> None:
    """Refuse what reads as the value of a switch and is no script.

    Raises:
        UsageError: naming how a switch is spelled.
    """
    word = next((str(path) for path in scripts if str(path) in SWITCH_WORDS and not path.exists()), None)
    if word:
        got = f"{word!r}: expected a script, got no such file."
        raise UsageError(f"{got} A switch takes its value behind an equals sign, as in --watch={word}, or none.")


def _log(settings: Settings) -> Log:
    level = "debug" if settings.verbose and settings.log_level == "info" else settings.log_level
    return configure(level, settings.log_format, sys.stderr)


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host
