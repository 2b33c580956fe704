"""`understudy record --upstream URL --out SCRIPT`: stand in front of a real API, and write what it answers as a script."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from understudy import __version__
from understudy.cli._output import number, tell
from understudy.config.source import TextError, read_text
from understudy.engine.respond import Engine
from understudy.engine.state import MemoryState
from understudy.errors import UsageError
from understudy.observe.outlet import Outlet
from understudy.recorder.proxy import Proxy
from understudy.recorder.recorder import Recorder, known_to
from understudy.recorder.scribe import Scribe, warm
from understudy.recorder.upstream import Upstream
from understudy.runtime.clock import RealClock
from understudy.runtime.courier import Courier
from understudy.runtime.loop import freeze_collector
from understudy.runtime.process import serve
from understudy.runtime.server import Server
from understudy.sources import Sources, make_world, read

_GRACE = 10.0  # seconds for answers under way at the end
_PATIENCE = 0.5  # seconds after which nobody reads the last notes
_TURN = 0.0005  # seconds for which the thread that writes may keep what goes by waiting


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.usage = "understudy record --upstream URL --out SCRIPT [--missing-only] [--exact] [--host HOST] [--port PORT]"
    parser.add_argument("--upstream", required=True, metavar="URL", help="the API to record, with the path below which to")
    parser.add_argument("--out", required=True, type=Path, metavar="SCRIPT", help="the script to write")
    parser.add_argument("--missing-only", action="store_true", help="answer what SCRIPT says already, and add the rest to it")
    parser.add_argument("--exact", action="store_true", help="write every answer byte by byte")
    parser.add_argument("--host", default="127.0.0.1", metavar="HOST", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, metavar="PORT", help="0 picks a free one (default: 8000)")


def run(args: argparse.Namespace) -> int:
    """Record until a signal says that it is enough."""
    upstream = Upstream.of(args.upstream)
    notes = Outlet(sys.stderr, _left_out)  # what happens, beside the line that programs read
    recorder, engine = _recorder(args, upstream, lambda line: notes.put(f"{line}\n"))
    clock = RealClock()
    known = None if engine is None else known_to(*engine)
    recorder.write()  # what cannot be written is better known now
    warm()
    sys.setswitchinterval(_TURN)
    scribe = Scribe(recorder)
    proxy = Proxy(upstream, Courier(upstream.address, clock), scribe.record, scribe.lose, known)
    attend = None if engine is None else engine[0].attend
    server = Server(proxy, host=args.host, port=args.port, clock=clock, on_start=attend)

    def ready(server: Server) -> None:
        host = f"[{args.host}]" if ":" in args.host else args.host
        tell(f"Understudy records {upstream.url} on http://{host}:{server.port}{upstream.path}")
        freeze_collector()

    serve(server, ready, grace=_GRACE)
    scribe.finish()
    recorder.write()
    tell(f"{recorder.out}: {number(recorder.count, 'exchange')} recorded")
    notes.flush(_PATIENCE)
    if recorder.out != args.out:
        stays = f"somebody else changed it meanwhile, and it stays so. What was recorded is in {str(recorder.out)!r}"
        raise UsageError(f"--out {str(args.out)!r}: {stays}.")
    return 0


def _recorder(
    args: argparse.Namespace, upstream: Upstream, tell: Callable[[str], None]
) -> tuple[Recorder, tuple[Engine, tuple[str, ...]] | None]:
    """Make the recorder; where a script is added to, with the engine that answers what it says."""
    origin = f"{upstream.url} by Understudy {__version__}."
    if not args.out.exists():
        return Recorder(args.out, origin, exact=args.exact, tell=tell), None
    if not args.missing_only:
        raise UsageError(f"--out {str(args.out)!r}: expected a new file, got one that is there. --missing-only adds to it.")
    settings, script = read(Sources((args.out,)))
    try:
        text = read_text(args.out)
    except TextError as error:
        raise UsageError(f"--out {str(args.out)!r}: {error.message}") from None
    engine = Engine(make_world(settings, script), MemoryState(), RealClock())
    names = tuple(rule.name for rule in script.rules)
    recorder = Recorder(args.out, origin, exact=args.exact, base=text, names=names, tell=tell)
    return recorder, (engine, tuple(script.responses))


def _left_out(count: int) -> str:
    return f"{count} lines left out here, for nobody read them\n"
