"""The metrics under the names vLLM uses, so that autoscalers, routers and dashboards made for it run unchanged.

Names, labels and bounds: vLLM's `vllm/v1/metrics/loggers.py`, read in November 2026. One vLLM serves one model: everything is
told under the name of the served model, except what a simulated engine tells of itself. Two names of older versions are kept
because routers still ask for them: `vllm:gpu_cache_usage_perc` and `vllm:time_per_output_token_seconds`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy.histogram import SECONDS, Histogram
from understudy.observe.exposition import Family, Labels, counter, gauge, histogram
from understudy.observe.readings import Queue, Readings

_TTFT = (
    *(0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0),
    *(20.0, 40.0, 80.0, 160.0, 640.0, 2560.0),
)
_ITL = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 20.0, 40.0, 80.0)
_E2E = (
    *(0.3, 0.5, 0.8, 1.0, 1.5, 2.0, 2.5, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0),
    *(120.0, 240.0, 480.0, 960.0, 1920.0, 7680.0),
)
BOUNDS = {"ttft": _TTFT, "itl": _ITL, "e2e": _E2E}
"""The bounds of vLLM's histograms, in seconds."""

_GENERATING = ("chat", "completion", "embedding")


def families(readings: Readings) -> Iterator[Family]:
    """Give every metric in a fixed order."""
    served = {"model_name": readings.served, "engine": "0"}
    yield from _scheduler(readings, served)
    yield from _tokens(readings, served)
    measured = readings.measured
    yield _seconds("vllm:time_to_first_token_seconds", "Time to first token.", served, measured.ttft_actual, _TTFT)
    for name in ("inter_token_latency", "time_per_output_token"):
        yield _seconds(f"vllm:{name}_seconds", "Time between tokens.", served, measured.itl_actual, _ITL)
    whole = Histogram(SECONDS)
    for seconds in readings.durations.values():
        whole.merge(seconds)
    yield _seconds("vllm:e2e_request_latency_seconds", "Time from request to the end of the answer.", served, whole, _E2E)


def _scheduler(readings: Readings, served: Labels) -> Iterator[Family]:
    """Tell what the scheduler does; without a simulated engine everything runs at once and nothing is cached."""
    engines = [({"model_name": name, "engine": str(at)}, queue) for at, (name, queue) in enumerate(readings.queues.items())]
    for name, text, read, alone in (
        ("num_requests_running", "Requests in the batch.", "running", readings.measured.streams),
        ("num_requests_waiting", "Requests waiting for their turn.", "waiting", 0),
        ("kv_cache_usage_perc", "Share of the KV cache in use; 1 means all of it.", "kv_used", 0.0),
        ("gpu_cache_usage_perc", "Share of the KV cache in use, by its older name.", "kv_used", 0.0),
    ):
        yield gauge(f"vllm:{name}", text, _read(engines, read) or [(served, alone)])
    for name, text, read in (
        ("num_preemptions", "Requests thrown out of the batch.", "preemptions"),
        ("prefix_cache_queries", "Prompt tokens looked up in the prefix cache.", "prefix_queries"),
        ("prefix_cache_hits", "Prompt tokens found in the prefix cache.", "prefix_hits"),
    ):
        yield counter(f"vllm:{name}_total", text, _read(engines, read) or [(served, 0)])


def _read(engines: list[tuple[dict[str, str], Queue]], name: str) -> list[tuple[Labels, float]]:
    return [(labels, getattr(queue, name)) for labels, queue in engines]


def _tokens(readings: Readings, served: Labels) -> Iterator[Family]:
    good = [row for row in readings.counts["by"] if row["operation"] in _GENERATING and row["status"] == 200]
    for name, text, of in (
        ("prompt_tokens", "Prompt tokens processed.", "prompt_tokens"),
        ("generation_tokens", "Tokens generated.", "completion_tokens"),
    ):
        yield counter(f"vllm:{name}_total", text, [(served, sum(row[of] for row in good))])
    reasons = _finished(readings.counts)
    rows = [({**served, "finished_reason": reason}, count) for reason, count in reasons.items()]
    yield counter("vllm:request_success_total", "Requests that were processed, by how they ended.", rows)


def _finished(counts: Mapping[str, Any]) -> dict[str, int]:
    """Count answers by vLLM's reasons: what was cut short was aborted, and calls of tools are stops as well."""
    rows = [row for row in counts["by"] if row["operation"] in _GENERATING]
    good = sum(row["requests"] for row in rows if row["status"] == 200)
    aborted, cut = sum(counts["outcomes"].values()), counts.get("finishes", {}).get("length", 0)
    failed = sum(row["requests"] for row in rows if row["status"] >= 500)
    return {"stop": max(good - aborted - cut, 0), "length": cut, "abort": aborted, "error": failed}


def _seconds(name: str, text: str, labels: Labels, counted: Histogram, bounds: tuple[float, ...]) -> Family:
    return histogram(name, text, [(labels, counted)], bounds)
