"""aiperf: the summary `profile_export_aiperf.json` and the requests in `profile_export.jsonl`.

Source: aiperf 0.13.0 (PyPI), aiperf/common/models/export_models.py (schema 1.4) and record_models.py, read 2026-11-20: every
metric carries its unit; in the summary it has avg, std, p50, p99 ... and is missing when no request has it; a record has
`metadata`, `metrics` and `error`.
`inter_token_latency` is a request's average over all tokens but the first; `inter_chunk_latency` lists its single gaps, and in
the summary it is of all gaps of all requests.
Beside them it writes the summary as a table, `profile_export_aiperf.csv`, and what servers told of themselves, under `metrics`
of `server_metrics_export.json`.
"""

from __future__ import annotations

from typing import Any

from understudy.fitting import FormatError, Measured, Request, Summary
from understudy.fitting.numbers import at, day, number, numbers, scaled, summary
from understudy.fitting.source import Source

NAME = "aiperf"
_UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "sec": 1.0, "seconds": 1.0}
_PERCENTILES = (1, 5, 10, 25, 50, 75, 90, 95, 99)
_TTFT, _ITL, _GAPS = "time_to_first_token", "inter_token_latency", "inter_chunk_latency"
_TABLE = "Metric,"  # what its CSV begins with
_FILES = "profile_export.jsonl or profile_export_aiperf.json"


def recognises(source: Source) -> bool:
    """Whether the file is of this format."""
    is_table = source.text.startswith(_TABLE)
    return is_table or _is_summary(source.document) or bool(source.lines and _is_record(source.lines[0]))


def read(source: Source, run: int) -> Measured:
    """Read the summary, or the records.

    Raises:
        FormatError: saying what was expected where.
    """
    if run != 1:
        raise FormatError(f"run {run}: expected 1, an aiperf export holds one run")
    if source.text.startswith(_TABLE):
        raise FormatError(f"line 1: expected aiperf's {_FILES}, got its table of averages. Fit one of these, of the same run")
    source.require_data()
    if isinstance(at(source.document, "metrics"), dict) and not _is_record(source.document):
        got = "what the server told of itself"
        raise FormatError(f"$.metrics: expected aiperf's {_FILES}, got {got}. Fit one of these, of the same run")
    if _is_summary(source.document):
        return _whole(source.document)
    if source.lines and _is_record(source.lines[0]):
        return _records(source.lines)
    raise FormatError(f"$.{_TTFT}: expected a metric with its unit, as in {_FILES}")


def _is_summary(document: Any) -> bool:
    named = isinstance(at(document, "aiperf_version"), str)
    return named or any(isinstance(at(document, metric), dict) for metric in (_TTFT, _ITL))


def _is_record(line: Any) -> bool:
    return isinstance(at(line, "metrics"), dict) and isinstance(at(line, "metadata"), dict)


def _whole(document: Any) -> Measured:
    version = document.get("aiperf_version")
    start = document.get("start_time")
    return Measured(
        tool=f"aiperf {version}" if isinstance(version, str) else "aiperf",
        date=start[:10] if isinstance(start, str) else "",
        ttft=_summary(document, _TTFT),
        gaps=_summary(document, _GAPS),
        paces=_summary(document, _ITL),
        output=number(at(document, "output_sequence_length", "avg")),
        left_out=int(number(at(document, "error_request_count", "avg")) or 0),
        answered=int(number(at(document, "request_count", "avg")) or 0),
    )


def _summary(document: Any, metric: str) -> Summary | None:
    said = document.get(metric)
    if not isinstance(said, dict):
        return None
    named = {"count": said.get("count"), "mean": said.get("avg"), "stddev": said.get("std")}
    of = "gaps" if metric == _GAPS else "requests"
    return summary(named, {p: said.get(f"p{p}") for p in _PERCENTILES}, _unit(said, metric), of)


def _records(lines: list[dict[str, Any]]) -> Measured:
    measured = [line for line in lines if at(line, "metadata", "benchmark_phase") != "warmup"]
    answers = [line["metrics"] for line in measured if _is_record(line) and not line.get("error")]
    good = tuple(request for request in map(_request, answers) if request.ttft is not None)
    untimed = 0 if good else sum(_TTFT not in metrics for metrics in answers)
    started = next((at(line, "metadata", "request_start_ns") for line in measured), None)
    left_out = len(measured) - len(good) - untimed
    return Measured("aiperf", day(scaled(started, 1e-9)), "", good, left_out=left_out, answered=untimed)


def _request(metrics: dict[str, Any]) -> Request:
    output = number(at(metrics, "output_sequence_length", "value"))
    average = _seconds(metrics, _ITL)
    after = average * (output - 1) if average is not None and output is not None and output > 1 else None
    listed = at(metrics, _GAPS, "value")
    gaps = tuple(gap * _unit(metrics[_GAPS], _GAPS) for gap in numbers(listed)) if isinstance(listed, list) else ()
    return Request(_seconds(metrics, _TTFT), number(at(metrics, "input_sequence_length", "value")), output, after, gaps)


def _seconds(metrics: dict[str, Any], metric: str) -> float | None:
    said = metrics.get(metric)
    return scaled(said.get("value"), _unit(said, metric)) if isinstance(said, dict) else None


def _unit(said: dict[str, Any], metric: str) -> float:
    unit = said.get("unit")
    if unit not in _UNITS:
        raise FormatError(f"$.{metric}.unit: expected one of {', '.join(_UNITS)}, got {unit!r}")
    return _UNITS[unit]
