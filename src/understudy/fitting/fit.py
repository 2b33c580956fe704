"""Measurements into `timing:`: what is between tokens, what depends on the prompt's length, and the law of the rest.

In: `Measured`. Out: a `Fit`, the timing in the words of a script and one sentence for each part that says how it was come by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from understudy.durations import LONGEST
from understudy.fitting import Measured, Request, UnfitError, laws, line
from understudy.fitting.between import between
from understudy.fitting.chunks import Chunks
from understudy.fitting.laws import duration
from understudy.fitting.summary import of_summary

_FEW = 10  # requests below which no slope is looked for
_SURE = 3.0  # standard errors a slope must be above 0
_RARE = 0.01  # the share of waits that may be left out of a law for being none


class Fit(Struct, frozen=True):
    """A timing as it stands in a script, and what there is to say about each of its keys."""

    timing: dict[str, Any]
    notes: dict[str, str]


def fit(measured: Measured) -> Fit:
    """Derive a timing.

    Raises:
        UnfitError: when there is nothing to derive one from, or times no script can say.
    """
    longest = max(_times(measured), default=0.0)
    if longest > LONGEST:
        raise UnfitError(f"expected times of at most {LONGEST:g} s, got {longest:g} s. Check their unit")
    timing: dict[str, Any] = {}
    notes: dict[str, str] = {}
    _first(measured, between(measured, timing, notes), timing, notes)
    if not timing:
        raise UnfitError(f"expected times to the first token or between tokens, got none{_nothing(measured)}")
    return Fit(timing, notes)


def _times(measured: Measured) -> Iterator[float]:
    """Every time in it, in seconds."""
    for request in measured.requests:
        yield request.ttft or 0.0
        yield request.pace or 0.0
        yield from request.gaps
    for summary in (measured.ttft, measured.gaps, measured.paces):
        if summary is not None:
            yield from (summary.mean or 0.0, summary.stddev or 0.0, *summary.percentiles.values())


def _nothing(measured: Measured) -> str:
    """Why there are no times."""
    if measured.answered:
        return f": {measured.answered} answers have none. Measure streams"
    if measured.left_out:
        flaw = f"; {measured.flaw}" if measured.flaw else ""
        return f": {measured.left_out} of {measured.left_out} requests failed or hold numbers that are none{flaw}"
    return ""


def _first(measured: Measured, chunks: Chunks | None, timing: dict[str, Any], notes: dict[str, str]) -> None:
    """The time to the first token: a cost for each prompt token, where one shows, and the law of the rest."""
    requests = [request for request in measured.requests if request.ttft is not None]
    if not requests:
        if measured.ttft is not None:
            found = of_summary(measured.ttft if chunks is None else chunks.without_lead(measured.ttft))
            timing["ttft"] = found.form
            notes["ttft"] = f"{found.how}; the file has no single values{measured.ttft.counted}{_lead(chunks)}"
        return
    if chunks is not None:
        requests = [replace(request, ttft=(request.ttft or 0.0) - chunks.lead(request.output)) for request in requests]
    values = [request.ttft or 0.0 for request in requests]
    slope, said = _slope(requests)
    if not slope:
        timing["ttft"], told = _beside(values, chunks)
        notes["ttft"] = f"{told}; {said}"
        return
    timing["per-prompt-token"], notes["per-prompt-token"] = duration(slope), said
    rest = [value - slope * (request.prompt or 0.0) for value, request in zip(values, requests, strict=True)]
    if all(abs(left) <= laws.STEADY * abs(value) for left, value in zip(rest, values, strict=True)):
        timing["ttft"], notes["ttft"] = duration(0.0), f"the cost of the prompt is all there is, {len(rest)} requests"
        return
    timing["ttft"], notes["ttft"] = _beside(rest, chunks)


def _beside(rest: list[float], chunks: Chunks | None) -> tuple[Any, str]:
    """The law of what the cost of the prompt and of the first event leave of each wait, and the sentence about it."""
    if chunks is not None:
        rest = chunks.narrowed(rest)
    values, remark = [left for left in rest if left >= 0], _lead(chunks)
    if len(values) < (1 - _RARE) * len(rest):
        values = [max(left, 0.0) for left in rest]
        by = "the slope allows" if chunks is None else "such events allow"
        remark += f"; {sum(left < 0 for left in rest)} were faster than {by} and count as 0"
    found = laws.of_values(values)
    return found.form, found.told(len(values)) + remark


def _lead(chunks: Chunks | None) -> str:
    """What the first event's tokens take of the waits, as it goes on a sentence."""
    return "" if chunks is None else f"; the other tokens of the first event take {duration(chunks.lead(None))} more"


def _slope(requests: list[Request]) -> tuple[float, str]:
    """Seconds for each prompt token, 0 when none shows, and the sentence about it."""
    if any(request.prompt is None for request in requests):
        return 0.0, "no cost for each prompt token: the file does not say how long the prompts are"
    prompts = [request.prompt or 0.0 for request in requests]
    low, high = min(prompts), max(prompts)
    found = line.through(prompts, [request.ttft or 0.0 for request in requests])
    if found is None or len(prompts) < _FEW:
        return 0.0, f"no cost for each prompt token: {len(prompts)} requests of {low:g} to {high:g} tokens do not show one"
    if not _SURE * found.error < found.slope <= LONGEST or not laws.said(found.slope):
        return 0.0, f"no cost for each prompt token: none shows between {low:g} and {high:g} tokens (R2 {found.explained:.2f})"
    said = f"least squares over {len(prompts)} requests of {low:g} to {high:g} prompt tokens, R2 {found.explained:.2f}"
    return laws.said(found.slope), f"{said}, standard error {duration(found.error)}"
