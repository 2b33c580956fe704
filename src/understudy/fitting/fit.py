"""Measurements into `timing:`: what depends on the prompt's length, the law of the rest, and the law between tokens.

In: `Measured`. Out: a `Fit`, the timing in the words of a script and one sentence for each part that says how it was come by.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from understudy.durations import LONGEST
from understudy.fitting import Measured, Request, Summary, UnfitError, laws, line
from understudy.fitting.laws import Fitted, duration
from understudy.fitting.summary import moments, of_summary

_FEW = 10  # requests below which no slope is looked for
_SURE = 3.0  # standard errors a slope must be above 0
_RARE = 0.01  # the share of waits that may be left out of a law for being none
_MOST = 200_000  # gaps the law is chosen by; of more, every so-manieth in order of size
_TOGETHER = 0.01  # the share of the mean gap up to which a token arrived together with the one before
_BURST = 1.02  # tokens for each gap above which they count as arriving together
_TOLD = 1.1  # the same where only averages tell it, in which each request may weigh differently
_BURSTIEST = 1000.0  # the largest burstiness a script takes


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
    _first(measured, timing, notes)
    _between(measured, timing, notes)
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


def _first(measured: Measured, timing: dict[str, Any], notes: dict[str, str]) -> None:
    """The time to the first token: a cost for each prompt token, where one shows, and the law of the rest."""
    requests = [request for request in measured.requests if request.ttft is not None]
    values = [request.ttft or 0.0 for request in requests]
    if not values:
        if measured.ttft is not None:
            found = of_summary(measured.ttft)
            timing["ttft"], notes["ttft"] = found.form, f"{found.how}; the file has no single values{_of(measured.ttft)}"
        return
    slope, said = _slope(requests)
    if not slope:
        found = laws.of_values(values)
        timing["ttft"], notes["ttft"] = found.form, f"{_how(found, len(values))}; {said}"
        return
    timing["per-prompt-token"], notes["per-prompt-token"] = duration(slope), said
    rest = [value - slope * (request.prompt or 0.0) for value, request in zip(values, requests, strict=True)]
    if all(abs(left) <= laws.STEADY * value for left, value in zip(rest, values, strict=True)):
        timing["ttft"], notes["ttft"] = duration(0.0), f"the cost of the prompt is all there is, {len(rest)} requests"
        return
    timing["ttft"], notes["ttft"] = _beside(rest)


def _beside(rest: list[float]) -> tuple[Any, str]:
    """The law of what the cost of the prompt leaves of each wait, and the sentence about it."""
    values, remark = [left for left in rest if left > 0], ""
    if len(values) < (1 - _RARE) * len(rest):
        values = [max(left, 0.0) for left in rest]
        remark = f"; {sum(left <= 0 for left in rest)} were faster than the slope allows and count as 0"
    found = laws.of_values(values)
    return found.form, _how(found, len(values)) + remark


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


def _between(measured: Measured, timing: dict[str, Any], notes: dict[str, str]) -> None:
    """The time between tokens: from single gaps, else from the average of each request, else from a summary."""
    gaps = [gap for request in measured.requests for gap in request.gaps]
    paced = [request for request in measured.requests if request.pace is not None]
    if gaps:
        _from_gaps(measured, gaps, timing, notes)
    elif paced:
        _from_averages(paced, timing, notes)
    elif measured.gaps is not None:
        _from_events(measured.gaps, measured.paces, timing, notes)
    elif measured.paces is not None:
        _from_paces(measured, measured.paces, timing, notes)


def _from_gaps(measured: Measured, gaps: list[float], timing: dict[str, Any], notes: dict[str, str]) -> None:
    """The law of the gaps, or, where tokens arrived together, that of a gap and how many there were to a group."""
    tokens = math.fsum((request.output or len(request.gaps) + 1) - 1 for request in measured.requests if request.gaps)
    waits = [gap for gap in gaps if gap > 0]  # of tokens that one read brought a recorder writes gaps of 0
    if not waits:
        timing["itl"], notes["itl"] = duration(0.0), f"always the same, {len(gaps)} gaps"
        return
    total = math.fsum(waits)
    apart = [gap for gap in waits if gap > _TOGETHER * total / len(gaps)]
    if len(waits) > _BURST * tokens:  # there are events without tokens, as the role that is sent ahead of a chat
        waits = apart
    if tokens <= _BURST * len(waits):
        found = laws.of_values(sorted(waits)[:: len(waits) // _MOST + 1])
        if tokens <= _BURST * len(apart) or _is_law(found, len(waits)):
            timing["itl"], notes["itl"] = found.form, _how(found, len(waits), "gaps")
            return
    group = total / len(apart)
    spread = math.fsum((gap - group) ** 2 for gap in apart) / len(apart)
    _in_groups(group, spread, tokens / len(apart), timing, notes)
    notes["itl"] = f"by mean and spread of {len(apart)} groups of tokens that arrived together{_guessed(timing)}"
    notes["burstiness"] = f"{tokens:g} tokens in {len(apart)} groups{notes['burstiness']}"


def _guessed(timing: dict[str, Any]) -> str:
    return f"; that they are {next(iter(timing['itl']))} is assumed" if isinstance(timing["itl"], dict) else ""


def _in_groups(group: float, spread: float, together: float, timing: dict[str, Any], notes: dict[str, str]) -> None:
    """The law of a single gap, given mean and variance of the waits for groups, and how many tokens are in one on average."""
    mean = group / together
    # A group of K tokens waits K gaps. K is geometric with mean b and variance b (b - 1), so that the spread of the groups is
    # b times that of one gap, and b (b - 1) times the square of its mean.
    variance = (spread - together * (together - 1) * mean * mean) / together
    timing["itl"], timing["burstiness"] = laws.of_moments(mean, variance), float(f"{min(together, _BURSTIEST):.4g}")
    notes["burstiness"] = f"; {_BURSTIEST:g} is the most a script takes" if together > _BURSTIEST else ""


def _is_law(found: Fitted, count: int) -> bool:
    """Whether a law, and not only a table, is close to so many measurements."""
    return found.how != "percentiles" and (found.distance or 0.0) <= laws.limit(count)


def _from_averages(paced: list[Request], timing: dict[str, Any], notes: dict[str, str]) -> None:
    weights = [(request.output or 2.0) - 1 for request in paced]
    paces = [request.pace or 0.0 for request in paced]
    mean = math.fsum(weight * pace for weight, pace in zip(weights, paces, strict=True)) / math.fsum(weights)
    # An average over n gaps varies n times less than a gap does, when gaps are drawn one by one as the server does.
    variance = math.fsum(weight * (pace - mean) ** 2 for weight, pace in zip(weights, paces, strict=True)) / len(paced)
    timing["itl"] = laws.of_moments(mean, variance)
    notes["itl"] = (
        f"from the averages of {len(paced)} requests, spread so that whole streams vary as measured; "
        f"single gaps are not in the file{_guessed(timing)}"
    )


def _from_events(gaps: Summary, paces: Summary | None, timing: dict[str, Any], notes: dict[str, str]) -> None:
    """The law of a token's wait where a summary has the waits between events, by what a token takes where that is told, too."""
    wait, pace = gaps.mean, paces.mean if paces is not None else None
    remark = ""
    if wait and pace and abs(wait / pace - 1) > laws.CLOSE:
        remark = f"a token takes {duration(pace)}, an event {duration(wait)}; "
        if wait > _TOLD * pace:
            _, spread = moments(gaps) or (wait, 0.0)
            _in_groups(wait, spread, wait / pace, timing, notes)
            notes["itl"] = f"{remark}the file has no single values{_guessed(timing)}"
            notes["burstiness"] = f"the time of an event by that of a token{notes['burstiness']}"
            return
        gaps = replace(gaps, mean=pace)
    found = of_summary(gaps)
    timing["itl"], notes["itl"] = found.form, f"{remark}{found.how}; the file has no single values{_of(gaps)}"


def _from_paces(measured: Measured, paces: Summary, timing: dict[str, Any], notes: dict[str, str]) -> None:
    """The law of a gap where a summary has the averages of requests."""
    spread = moments(paces)
    if spread is None or measured.output is None or measured.output <= 2:
        found = of_summary(paces)
        timing["itl"], notes["itl"] = found.form, f"{found.how}; the file has no single values{_of(paces)}"
        return
    mean, variance = spread
    timing["itl"] = laws.of_moments(mean, variance * (measured.output - 1))
    notes["itl"] = (
        f"from a summary of the averages of requests{_of(paces)}, spread so that whole streams of {measured.output:g} tokens "
        f"vary as measured; single gaps are not in the file{_guessed(timing)}"
    )


def _how(found: Fitted, count: int, of: str = "requests") -> str:
    if found.distance is None:
        return f"{found.how}, {count} {of}"
    others = ", ".join(f"{name} {far:.3f}" for name, far in sorted(found.others.items(), key=lambda other: other[1]))
    return f"{found.how}, KS distance {found.distance:.3f} over {count} {of}" + (f" ({others})" if others else "")


def _of(summary: Summary) -> str:
    return f" ({summary.count} {summary.of})" if summary.count else ""
