"""aiperf: the summary `profile_export_aiperf.json` and the requests in `profile_export.jsonl`.

Source: aiperf 0.13.0 (PyPI), aiperf/common/models/export_models.py (schema 1.4) and record_models.py, read 2026-11-20: every
metric carries its unit; in the summary it has avg, std, p50, p99 ... and is missing when no request has it; a record has
`metadata`, `metrics` and `error`.
`inter_token_latency` is a request's average over all tokens but the first; `inter_chunk_latency` lists its single gaps, and in
the summary it is of all gaps of all requests.
`input_sequence_length` and `output_sequence_length` are counted by the client's tokenizer, unless it runs with
`--use-server-token-count`; what the server counted stands beside them (`usage_prompt_tokens`, `usage_completion_tokens`).
A failed request has `error` with `code`, `type` and `message`; the summary counts the kinds of them in `error_summary`.
Beside them it writes the summary as a table, `profile_export_aiperf.csv`, and what servers told of themselves, under `metrics`
of `server_metrics_export.json`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from understudy.fitting import FormatError, Measured, Request, Summary, flaws
from understudy.fitting.numbers import at, day, number, numbers, scaled, summary
from understudy.fitting.source import Source

NAME = "aiperf"
_UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "sec": 1.0, "seconds": 1.0}
_PERCENTILES = (1, 5, 10, 25, 50, 75, 90, 95, 99)
_TTFT, _ITL, _GAPS = "time_to_first_token", "inter_token_latency", "inter_chunk_latency"
_PROMPT, _OUTPUT = "input_sequence_length", "output_sequence_length"
# What the server counted instead, and what it told of that is not seen in the times: cached prompts, thoughts nobody sees.
_COUNTED = {
    _PROMPT: ("usage_prompt_tokens", ("usage_prompt_cache_read_tokens", "usage_prompt_cache_write_tokens")),
    _OUTPUT: ("usage_completion_tokens", ("usage_reasoning_tokens",)),
}
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
    client, output = number(at(document, _OUTPUT, "avg")), _count(document, _OUTPUT, "avg")
    share = (client - 1) / (output - 1) if client and output and client > 1 and output > 1 else 1.0
    kinds = document.get("error_summary")
    errors = kinds if isinstance(kinds, list) else []
    return Measured(
        tool=f"aiperf {version}" if isinstance(version, str) else "aiperf",
        date=start[:10] if isinstance(start, str) else "",
        ttft=_summary(document, _TTFT),
        gaps=_summary(document, _GAPS),
        paces=_summary(document, _ITL, share),
        output=output,
        left_out=int(number(at(document, "error_request_count", "avg")) or 0),
        flaw=_flaw(at(error, "error_details") for error in errors),
        answered=int(number(at(document, "request_count", "avg")) or 0),
    )


def _flaw(errors: Iterable[Any]) -> str:
    return flaws.first(at(error, "message") or at(error, "type") for error in errors)


def _count(metrics: dict[str, Any], metric: str, figure: str) -> float | None:
    """Tokens as the server counted them, by which its times are; else as the client did."""
    name, unseen = _COUNTED[metric]
    counted = None if any(number(at(metrics, other, figure)) for other in unseen) else number(at(metrics, name, figure))
    return counted or number(at(metrics, metric, figure))


def _summary(document: Any, metric: str, share: float = 1.0) -> Summary | None:
    said = document.get(metric)
    if not isinstance(said, dict):
        return None
    named = {"count": said.get("count"), "mean": said.get("avg"), "stddev": said.get("std")}
    of = "gaps" if metric == _GAPS else "requests"
    return summary(named, {p: said.get(f"p{p}") for p in _PERCENTILES}, share * _unit(said, metric), of)


def _records(lines: list[dict[str, Any]]) -> Measured:
    measured = [line for line in lines if at(line, "metadata", "benchmark_phase") != "warmup"]
    answers = [line["metrics"] for line in measured if _is_record(line) and not line.get("error")]
    good = tuple(request for request in map(_request, answers) if request.ttft is not None)
    untimed = 0 if good else sum(_TTFT not in metrics for metrics in answers)
    started = next((at(line, "metadata", "request_start_ns") for line in measured), None)
    left_out = len(measured) - len(good) - untimed
    flaw = _flaw(line.get("error") for line in measured)
    return Measured("aiperf", day(scaled(started, 1e-9)), "", good, left_out=left_out, flaw=flaw, answered=untimed)


def _request(metrics: dict[str, Any]) -> Request:
    client = number(at(metrics, _OUTPUT, "value"))  # which the average is by
    average = _seconds(metrics, _ITL)
    after = average * (client - 1) if average is not None and client is not None and client > 1 else None
    listed = at(metrics, _GAPS, "value")
    gaps = tuple(gap * _unit(metrics[_GAPS], _GAPS) for gap in numbers(listed)) if isinstance(listed, list) else ()
    prompt, output = (_count(metrics, metric, "value") for metric in (_PROMPT, _OUTPUT))
    return Request(_seconds(metrics, _TTFT), prompt, output, after, gaps)


def _seconds(metrics: dict[str, Any], metric: str) -> float | None:
    said = metrics.get(metric)
    return scaled(said.get("value"), _unit(said, metric)) if isinstance(said, dict) else None


def _unit(said: dict[str, Any], metric: str) -> float:
    unit = said.get("unit")
    if unit not in _UNITS:
        raise FormatError(f"$.{metric}.unit: expected one of {', '.join(_UNITS)}, got {unit!r}")
    return _UNITS[unit]
