"""GET health: whether the server is well, and whether it, not the client under test, is the bottleneck."""

from __future__ import annotations

from understudy import __version__
from understudy.control import Ask, Control, Route, Sight
from understudy.observe.pacing import percentiles


def _show(_ask: Ask, sight: Sight) -> object:
    verdict = sight.pacing.verdict()
    measured = sight.pacing.measured
    return {
        "status": verdict.status,
        "sentence": verdict.sentence,
        "version": __version__,
        "uptime_seconds": round(sight.clock.monotonic() - sight.started, 3),
        "connections": sight.connections(),
        "streams": measured.streams,
        "loop_lag_ms": percentiles(measured.lag.histogram()),
    }


CONTROL = Control("health", "How the server is.", (Route("GET", "health", "Tell status, load and pacing verdict.", _show),))
