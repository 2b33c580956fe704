"""`vllm bench serve --save-result`, alone or with `--save-detailed`, and what `--append-result` puts one below the other.

Source: vllm/benchmarks/serve.py of vLLM at commit 009e6d4, read 2026-11-20: summaries are `mean_ttft_ms`, `median_ttft_ms`,
`std_ttft_ms`, `p99_ttft_ms` (with `--metric-percentiles` others), the same for `itl` (all gaps between chunks) and `tpot` (a
request's average over all tokens but the first); `--save-detailed` adds the lists `ttfts`, `itls`, `input_lens`, `output_lens`,
`errors`, in seconds, one entry a request. One that failed has an error, or no output.
The lengths of answers are the server's `completion_tokens`, where it tells them.
"""

from __future__ import annotations

import re
from typing import Any

from understudy.fitting import FormatError, Measured, Request, Summary, flaws
from understudy.fitting.numbers import at, number, numbers, pick, summary
from understudy.fitting.source import Source

NAME = "vllm"
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})-\d{6}")
_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,6})?)_(\w+)_ms")


def recognises(source: Source) -> bool:
    """Whether the file is of this format."""
    return any(map(_is_run, _runs(source)))


def read(source: Source, run: int) -> Measured:
    """Read one run.

    Raises:
        FormatError: saying what was expected where.
    """
    source.require_data()
    runs = [found for found in _runs(source) if _is_run(found)]
    if not runs:
        raise FormatError("$: expected mean_ttft_ms or ttfts, as `vllm bench serve --save-result` writes them")
    result = pick(runs, run)
    requests = _requests(result)
    good = tuple(request for request in requests if request.ttft is not None)
    completed, spoken = number(result.get("completed")), number(result.get("total_output_tokens"))
    failed = int(number(result.get("failed")) or 0)
    return Measured(
        tool=" ".join(["vllm bench serve", *_model(result)]),
        date=_day(result.get("date")),
        run=f"run {run} of {len(runs)}" if len(runs) > 1 else "",
        requests=good,
        ttft=_summary(result, "ttft"),
        gaps=_summary(result, "itl"),
        paces=_summary(result, "tpot"),
        output=spoken / completed if spoken is not None and completed else None,
        left_out=len(requests) - len(good) if requests else failed,
        flaw=flaws.first(errors) if isinstance(errors := result.get("errors"), list) else "",
        answered=0 if requests else int(completed or 0),
    )


def _runs(source: Source) -> list[Any]:
    return [source.document] if isinstance(source.document, dict) else source.lines


def _is_run(result: Any) -> bool:
    return at(result, "mean_ttft_ms") is not None or isinstance(at(result, "ttfts"), list)


def _requests(result: dict[str, Any]) -> list[Request]:
    ttfts = result.get("ttfts")
    if not isinstance(ttfts, list):
        return []
    return [_request(result, place) for place in range(len(ttfts))]


def _request(result: dict[str, Any], place: int) -> Request:
    output = number(_entry(result, "output_lens", place))
    ttft = number(_entry(result, "ttfts", place))
    if _entry(result, "errors", place) or not ttft or output == 0:  # a request without a first token has a ttft of 0
        return Request()
    listed = _entry(result, "itls", place)
    gaps = tuple(numbers(listed)) if isinstance(listed, list) else ()
    return Request(ttft, number(_entry(result, "input_lens", place)), output, sum(gaps) if gaps else None, gaps)


def _entry(result: dict[str, Any], name: str, place: int) -> Any:
    values = result.get(name)
    return values[place] if isinstance(values, list) and place < len(values) else None


def _summary(result: dict[str, Any], metric: str) -> Summary | None:
    told = {ours: result.get(f"{theirs}_{metric}_ms") for ours, theirs in (("mean", "mean"), ("stddev", "std"))}
    named = [(match, value) for name, value in result.items() if (match := _PERCENTILE.fullmatch(name))]
    percentiles = {float(match[1]): value for match, value in named if match[2] == metric}
    count = result.get("completed") if metric == "ttft" else None
    return summary({**told, "count": count}, {50: result.get(f"median_{metric}_ms"), **percentiles}, 0.001)


def _model(result: dict[str, Any]) -> list[str]:
    model = result.get("model_id")
    return [f"({model})"] if isinstance(model, str) else []


def _day(value: object) -> str:
    match = _DATE.match(value) if isinstance(value, str) else None
    return "-".join(match.groups()) if match else ""
