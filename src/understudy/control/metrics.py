"""GET /metrics: everything that is counted and measured, for Prometheus."""

from __future__ import annotations

from understudy import __version__
from understudy.control import Ask, Control, Page, Route, Sight
from understudy.observe import families, vllm
from understudy.observe.exposition import CONTENT_TYPE, exposition
from understudy.observe.readings import Readings


def _show(_ask: Ask, sight: Sight) -> Page:
    names = {"understudy": families.families, "vllm": vllm.families}[sight.settings().metrics_names]
    return Page(exposition(names(_readings(sight))), CONTENT_TYPE)


def _readings(sight: Sight) -> Readings:
    settings = sight.settings()
    return Readings(
        version=__version__,
        uptime=sight.clock.monotonic() - sight.started,
        served=settings.models[0] if settings.models else settings.default_model,
        connections=sight.connections(),
        cut=sight.cut(),
        is_bottleneck=sight.pacing.verdict().is_bottleneck,
        bound=sight.pacing.bound(),
        counts=sight.counters.snapshot(),
        durations=sight.durations.by_model(),
        measured=sight.pacing.measured,
        queues=sight.queues(),
        period=sight.pacing.period(),
        wall=sight.clock.wall(),
    )


CONTROL = Control("metrics", "Metrics.", (Route("GET", "/metrics", "Give all metrics in the Prometheus text format.", _show),))
