"""guidellm: `benchmarks.json` or `benchmarks.yaml`, as versions 0.3 to 0.8.1 write them.

Source: guidellm 0.8.1 (PyPI), guidellm/benchmark/schemas and guidellm/schemas/base/request_stats.py, read 2026-11-20: a report
has `benchmarks`, each with `requests.successful` (a sample of all when so configured) and `metrics`. Times of a request are in
milliseconds, `request_latency` in seconds; `inter_token_latency_ms` is the request's average over all tokens but the first, in
`metrics`, too, where each request weighs as much as it has tokens; of the gaps between events nothing is told.
`output_tokens` is the server's `usage`, where it tells one. A request that failed says why in `info.error`.
A request that was not streamed has null for both. In `metrics` the count of `inter_token_latency_ms` is one of tokens.
Its `benchmarks.csv`, below three rows of names, has one row a benchmark and no requests; `benchmarks.html` is a page.
"""

from __future__ import annotations

from typing import Any

from understudy.config.values import describe
from understudy.fitting import FormatError, Measured, Request, Summary, flaws
from understudy.fitting.numbers import at, day, number, pick, scaled, summary
from understudy.fitting.source import Source

NAME = "guidellm"
_MS = 0.001
_NAMES = ("p001", "p01", "p05", "p10", "p25", "p50", "p75", "p90", "p95", "p99", "p999")
_PERCENTILES = dict(zip(_NAMES, (0.1, 1, 5, 10, 25, 50, 75, 90, 95, 99, 99.9), strict=True))
_OTHERS = {"Run Info,": "its table of averages", "<": "a page in HTML"}  # what its other files begin with
_TTFT, _ITL = "time_to_first_token_ms", "inter_token_latency_ms"


def recognises(source: Source) -> bool:
    """Whether the file is of this format."""
    return bool(_other(source)) or isinstance(at(source.document, "benchmarks"), list)


def read(source: Source, run: int) -> Measured:
    """Read one benchmark of the report.

    Raises:
        FormatError: saying what was expected where.
    """
    if other := _other(source):
        raise FormatError(f"line 1: expected guidellm's benchmarks.json, got {other}. Fit the JSON of the same run")
    source.require_data()
    benchmarks = at(source.document, "benchmarks")
    if not isinstance(benchmarks, list) or not benchmarks:
        got = "an empty one" if benchmarks == [] else describe(benchmarks)
        raise FormatError(f"$.benchmarks: expected a list of benchmarks, got {got}")
    benchmark = pick(benchmarks, run)
    version = at(source.document, "metadata", "guidellm_version")
    listed = at(benchmark, "requests", "successful")
    items = listed if isinstance(listed, list) else []
    good = tuple(request for request in map(_request, items) if request.ttft is not None)
    errors = at(benchmark, "requests", "errored")
    untimed = 0 if good else sum(isinstance(item, dict) and item.get(_TTFT, ...) is None for item in items)
    return Measured(
        tool=f"guidellm {version}" if isinstance(version, str) else "guidellm",
        date=day(at(benchmark, "start_time")),
        run=f"benchmark {run} of {len(benchmarks)}{_strategy(benchmark)}",
        requests=good,
        ttft=_summary(benchmark, _TTFT),
        paces=_summary(benchmark, _ITL),
        output=number(at(benchmark, "metrics", "output_token_count", "successful", "mean")),
        left_out=len(items) - len(good) - untimed + _failed(benchmark),
        flaw=flaws.first(at(item, "info", "error") for item in errors) if isinstance(errors, list) else "",
        answered=untimed,
    )


def _other(source: Source) -> str:
    """What a file is that is another one of the tool's, "" for one that is read."""
    return next((name for beginning, name in _OTHERS.items() if source.text.lstrip().startswith(beginning)), "")


def _request(item: Any) -> Request:
    output = number(at(item, "output_tokens"))
    average = scaled(at(item, _ITL), _MS)
    after = average * (output - 1) if average is not None and output is not None and output > 1 else None
    return Request(scaled(at(item, _TTFT), _MS), number(at(item, "prompt_tokens")), output, after)


def _summary(benchmark: Any, metric: str) -> Summary | None:
    said = at(benchmark, "metrics", metric, "successful")
    if not isinstance(said, dict):
        return None
    told = ((p, at(said, "percentiles", name)) for name, p in _PERCENTILES.items())
    percentiles = {p: value for p, value in told if value is not None}
    of = "tokens" if metric == _ITL else "requests"
    return summary({**said, "stddev": said.get("std_dev")}, {50: said.get("median"), **percentiles}, _MS, of)


def _failed(benchmark: Any) -> int:
    return int(number(at(benchmark, "metrics", "request_totals", "errored")) or 0)


def _strategy(benchmark: Any) -> str:
    for path in (("config", "strategy", "type_"), ("args", "strategy", "type_")):
        if isinstance(name := at(benchmark, *path), str):
            return f" ({name})"
    return ""
