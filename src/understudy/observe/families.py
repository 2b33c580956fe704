"""The metrics under the house's own names: what `GET /metrics` shows unless `metrics-names` says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from understudy.observe.exposition import Family, counter, gauge, histogram
from understudy.observe.readings import Queue, Readings

WAITS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
"""Bounds of what a client waits for, in seconds."""

LATENESS = (0.0001, 0.00025, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
"""Bounds of what should be nothing, in seconds."""


def families(readings: Readings) -> Iterator[Family]:
    """Give every metric in a fixed order."""
    yield from _answers(readings)
    yield from _state(readings)
    yield from _times(readings)
    yield from _queues(readings)


def _answers(readings: Readings) -> Iterator[Family]:
    rows = [
        ({name: str(row[name]) for name in ("dialect", "operation", "status", "model")}, row) for row in readings.counts["by"]
    ]
    for counted, text in (
        ("requests", "Answers that have ended."),
        ("prompt_tokens", "Tokens of the prompts, as the answers account for them."),
        ("completion_tokens", "Tokens of the answers, as they account for them; of those that broke off, what was made."),
    ):
        yield counter(f"understudy_{counted}_total", text, [(labels, row[counted]) for labels, row in rows])
    outcomes = [({"outcome": name}, count) for name, count in sorted(readings.counts["outcomes"].items())]
    yield counter("understudy_unfinished_total", "Answers that did not end well, by how they ended.", outcomes)
    finishes = [({"finish": name}, count) for name, count in sorted(readings.counts["finishes"].items())]
    yield counter("understudy_finishes_total", "Answers of models that did not just stop, by why they ended.", finishes)
    yield histogram(
        "understudy_request_duration_seconds",
        "Time from the whole request to the end of its answer, of good ones that were sent whole, by model.",
        [({"model": name}, answers.whole) for name, answers in sorted(readings.durations.items())],
        WAITS,
    )


def _state(readings: Readings) -> Iterator[Family]:
    measured = readings.measured
    for name, text, value in (
        ("requests_in_flight", "Answers under way: paced, delayed or streamed.", measured.streams),
        ("connections", "Open connections.", readings.connections),
        ("uptime_seconds", "Time since the start.", readings.uptime),
        ("bottleneck", "1 while the server itself is the bottleneck.", int(readings.is_bottleneck)),
        ("lateness_bound_seconds", "The p99 lateness above which the server is the bottleneck.", readings.bound),
    ):
        yield gauge(f"understudy_{name}", text, [({}, value)])
    yield counter("understudy_connections_cut_total", "Connections cut off as there were too many.", [({}, readings.cut)])
    yield gauge("understudy_info", "The version.", [({"version": readings.version}, 1)])


def _times(readings: Readings) -> Iterator[Family]:
    measured = readings.measured
    yield histogram(
        "understudy_time_to_first_token_seconds",
        "Time to the first token of a stream in time, as planned and as it was.",
        [({"time": "planned"}, measured.ttft_planned.histogram()), ({"time": "actual"}, measured.ttft_actual.histogram())],
        WAITS,
    )
    yield histogram(
        "understudy_inter_token_latency_seconds",
        "Time between two events of a stream that carry tokens, as planned and as it was.",
        [({"time": "planned"}, measured.itl_planned.histogram()), ({"time": "actual"}, measured.itl_actual.histogram())],
        WAITS,
    )
    late, lag = measured.late.histogram(), measured.lag.histogram()
    yield histogram("understudy_lateness_seconds", "How late what was to wait was sent.", [({}, late)], LATENESS)
    yield histogram("understudy_loop_lag_seconds", "How late the event loop woke the player.", [({}, lag)], LATENESS)
    yield from _period(readings)
    for name, text, value in (
        ("events", "Events sent at a planned time.", measured.events),
        ("write_pauses", "Times a client did not take what was due.", measured.pauses),
        ("write_paused_seconds", "Time spent waiting for such clients.", measured.paused_seconds),
    ):
        yield counter(f"understudy_{name}_total", text, [({}, value)])


def _period(readings: Readings) -> Iterator[Family]:
    """Sum up how late events and wake-ups were, for who cannot wait for a rate, or wants the largest."""
    period = readings.period
    for name, what, counted in (("lateness", "Lateness of events", period.late), ("loop_lag", "Loop lag", period.lag)):
        for share, text, quantile in (("p50", "half of it", 0.5), ("p99", "99 of 100", 0.99), ("max", "the largest", 1.0)):
            told = f"{what} since the pacing report began: {text}."
            yield gauge(f"understudy_{name}_{share}_seconds", told, [({}, counted.quantile(quantile))])


_GAUGES: dict[str, tuple[str, Callable[[Queue], float]]] = {
    "queue_depth": ("Requests waiting for their turn in a simulated engine.", lambda queue: queue.waiting),
    "batch_size": ("Requests in the batch of a simulated engine.", lambda queue: queue.running),
    "kv_cache_used": ("Share of the cache of a simulated engine in use, 0 to 1.", lambda queue: queue.kv_used),
}
_COUNTERS: dict[str, tuple[str, Callable[[Queue], float]]] = {
    "preemptions": ("Requests thrown out of a batch to make room.", lambda queue: queue.preemptions),
    "rejected": ("Requests turned away because the queue was full.", lambda queue: queue.rejected),
    "prefix_cache_queries": ("Prompt tokens looked up in the cache.", lambda queue: queue.prefix_queries),
    "prefix_cache_hits": ("Prompt tokens found in the cache.", lambda queue: queue.prefix_hits),
}


def _queues(readings: Readings) -> Iterator[Family]:
    queues = [({"engine": name}, queue) for name, queue in sorted(readings.queues.items())]
    if queues:
        for name, (text, read) in _GAUGES.items():
            yield gauge(f"understudy_{name}", text, [(labels, read(queue)) for labels, queue in queues])
        for name, (text, read) in _COUNTERS.items():
            yield counter(f"understudy_{name}_total", text, [(labels, read(queue)) for labels, queue in queues])
