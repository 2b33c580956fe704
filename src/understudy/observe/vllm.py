"""The metrics under the names vLLM uses, so that autoscalers, routers and dashboards made for it run unchanged.

Names, labels and bounds: vLLM's `vllm/v1/metrics/loggers.py`, read in November 2026. One vLLM serves one model: everything is
told under the name of the served model, except what a simulated engine of another one tells of itself. Two names of older
versions are kept because routers still ask for them: `vllm:gpu_cache_usage_perc` and `vllm:time_per_output_token_seconds`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from understudy.histogram import Histogram
from understudy.observe.exposition import Family, Labels, counter, gauge, histogram
from understudy.observe.finished import MODELLED, TOKENS, Details
from understudy.observe.metrics import LONGEST, OTHER
from understudy.observe.readings import Queue, Readings
from understudy.observe.redact import mask

_TTFT = (
    *(0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0),
    *(20.0, 40.0, 80.0, 160.0, 640.0, 2560.0),
)
_ITL = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 20.0, 40.0, 80.0)
_E2E = (
    *(0.3, 0.5, 0.8, 1.0, 1.5, 2.0, 2.5, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0),
    *(120.0, 240.0, 480.0, 960.0, 1920.0, 7680.0),
)

_Engines = list[tuple[Mapping[str, str], Queue]]


def families(readings: Readings) -> Iterator[Family]:
    """Give every metric in a fixed order."""
    served = {"model_name": readings.served, "engine": "0"}
    yield from _scheduler(readings, served)
    yield from _tokens(readings, served)
    yield from _times(readings, served)


def _scheduler(readings: Readings, served: Labels) -> Iterator[Family]:
    """Tell what the scheduler does; without a simulated engine everything runs at once and nothing is cached."""
    engines = _engines(readings)
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
    if caches := [({**labels, **_cache(queue)}, 1) for labels, queue in engines]:
        yield gauge("vllm:cache_config_info", "The KV cache of the engine; always 1.", caches)
        adapters = _adapters([queue for _, queue in engines])
        yield gauge("vllm:lora_requests_info", "Adapters with requests; the value is the time.", [(adapters, readings.wall)])


def _engines(readings: Readings) -> _Engines:
    """Label the engines: one that is for many models goes by the name of the served one, and those of one name are numbered."""
    numbers: Counter[str] = Counter()
    found: _Engines = []
    for name, queue in readings.queues.items():
        model = readings.served if "*" in name or "?" in name else name
        found.append(({"model_name": model, "engine": str(numbers[model])}, queue))
        numbers[model] += 1
    return found


def _read(engines: _Engines, name: str) -> list[tuple[Labels, float]]:
    return [(labels, getattr(queue, name)) for labels, queue in engines]


def _cache(engine: Queue) -> dict[str, str]:
    told = {"block_size": engine.block_size, "enable_prefix_caching": engine.prefix_cache, "num_gpu_blocks": engine.blocks}
    return {name: str(value) for name, value in told.items()}


def _adapters(engines: Sequence[Queue]) -> dict[str, str]:
    """Name the adapters of all engines. A batch may have as many as it has sequences: no other bound is simulated."""
    return {
        "max_lora": str(max(engine.max_num_seqs for engine in engines)),
        "waiting_lora_adapters": _names(name for engine in engines for name in engine.waiting_adapters),
        "running_lora_adapters": _names(name for engine in engines for name in engine.running_adapters),
    }


def _names(adapters: Iterable[str]) -> str:
    """Write names behind each other, each once; clients choose them, so none is long and none is a key."""
    return ",".join(sorted({mask(name) if len(name) <= LONGEST else OTHER for name in adapters}))


def _tokens(readings: Readings, served: Labels) -> Iterator[Family]:
    all_of = [row for row in readings.counts["by"] if row["operation"] in MODELLED]
    good = [row for row in all_of if row["status"] == 200]
    for name, text, of in (
        ("prompt_tokens", "Prompt tokens processed.", "prompt_tokens"),
        ("generation_tokens", "Tokens generated.", "completion_tokens"),
    ):
        yield counter(f"vllm:{name}_total", text, [(served, sum(row[of] for row in good))])
    rows = [({**served, "finished_reason": reason}, count) for reason, count in _finished(all_of).items()]
    yield counter("vllm:request_success_total", "Requests that were processed, by how they ended.", rows)


def _finished(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Count answers by vLLM's reasons: what was cut short was aborted, and calls of tools are stops as well."""
    found = dict.fromkeys(("stop", "length", "abort", "error"), 0)
    for row in rows:
        requests, cut, aborted = row["requests"], row["finishes"].get("length", 0), sum(row["outcomes"].values())
        if row["status"] == 200:
            found["stop"] += requests - cut - aborted
            found["length"] += cut
            found["abort"] += aborted
        elif row["status"] >= 500:
            found["error"] += requests
    return found


def _times(readings: Readings, served: Labels) -> Iterator[Family]:
    """Tell how requests were spread, those that have finished; tokens of streams are told of while they run."""
    all_of = Details()
    for answers in readings.durations.values():
        if answers.details is not None:
            all_of.merge(answers.details)
    between = readings.measured.itl_actual.histogram()
    spread: tuple[tuple[str, str, Histogram, tuple[float, ...]], ...] = (
        ("request_prompt_tokens", "Tokens of the prompt.", all_of.prompt, TOKENS),
        ("request_generation_tokens", "Tokens of the answer.", all_of.completion, TOKENS),
        ("request_max_num_generation_tokens", "Tokens of the answer, of all its choices.", all_of.completion, TOKENS),
        ("time_to_first_token_seconds", "Time to first token.", all_of.first, _TTFT),
        ("inter_token_latency_seconds", "Time between tokens.", between, _ITL),
        ("time_per_output_token_seconds", "Time between tokens.", between, _ITL),
        ("request_time_per_output_token_seconds", "Decode time by the tokens of a request but the first.", all_of.each, _ITL),
        ("e2e_request_latency_seconds", "Time from request to the end of the answer.", all_of.e2e, _E2E),
        ("request_queue_time_seconds", "Time until the engine took the request up.", all_of.queued, _E2E),
        ("request_inference_time_seconds", "Time from then to the end of the answer.", all_of.inference, _E2E),
        ("request_prefill_time_seconds", "Time from then to the first token.", all_of.prefill, _E2E),
        ("request_decode_time_seconds", "Time from the first token to the end of the answer.", all_of.decode, _E2E),
    )
    for name, text, counted, bounds in spread:
        yield histogram(f"vllm:{name}", text, [(served, counted)], bounds)
