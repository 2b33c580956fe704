"""Measurements into what is between tokens: the law of a token's wait, and whether several come in one event, or at once.

In: `Measured`. Out: the keys `itl`, `chunk-tokens` and `burstiness` with a sentence each, and the events the first of which has
tokens of its own to wait for.
"""

from __future__ import annotations

import math
from typing import Any

from msgspec.structs import replace

from understudy.fitting import Measured, Request, Summary, chunks, laws
from understudy.fitting.chunks import Chunks
from understudy.fitting.laws import Fitted, duration
from understudy.fitting.summary import moments, of_summary

_FEW = 10  # requests below which chance may give all of them a number of events that one size explains
_MOST = 200_000  # gaps the law is chosen by; of more, every so-manieth in order of size
_TOGETHER = 0.01  # the share of the mean gap up to which a token arrived together with the one before
_BURST = 1.02  # tokens for each gap above which they count as arriving together
_TOLD = 1.1  # the same where only averages tell it, in which each request may weigh differently
_BURSTIEST = 1000.0  # the largest burstiness a script takes
_EVEN = 0.8  # the share of a variance below which chance has not made it smaller


def between(measured: Measured, timing: dict[str, Any], notes: dict[str, str]) -> Chunks | None:
    """Fill in what is between tokens: from single gaps, else from the average of each request, else from a summary."""
    gaps = [gap for request in measured.requests for gap in request.gaps]
    paced = [request for request in measured.requests if request.pace is not None]
    if gaps:
        return _from_gaps(measured, gaps, timing, notes)
    if paced:
        _from_averages(paced, timing, notes)
    elif measured.gaps is not None:
        return _from_events(measured, measured.gaps, timing, notes)
    elif measured.paces is not None:
        _from_paces(measured, measured.paces, timing, notes)
    return None


def _from_gaps(measured: Measured, gaps: list[float], timing: dict[str, Any], notes: dict[str, str]) -> Chunks | None:
    """The law of the gaps, or, where tokens arrived together, that of a gap and how many there were to an event or a group."""
    tokens = math.fsum((request.output or len(request.gaps) + 1) - 1 for request in measured.requests if request.gaps)
    waits = [gap for gap in gaps if gap > 0]  # of tokens that one read brought a recorder writes gaps of 0
    if not waits:
        timing["itl"], notes["itl"] = duration(0.0), f"always the same, {len(gaps)} gaps"
        return None
    total = math.fsum(waits)
    short = _TOGETHER * total / len(gaps)
    apart = [gap for gap in waits if gap > short]
    if len(waits) > _BURST * tokens:  # there are events without tokens, as the role that is sent ahead of a chat
        waits = apart
    if tokens <= _BURST * len(waits):
        found = laws.of_values(sorted(waits)[:: len(waits) // _MOST + 1])
        if tokens <= _BURST * len(apart) or _is_law(found, len(waits)):
            timing["itl"], notes["itl"] = found.form, found.told(len(waits), "gaps")
            return None
    group = total / len(apart)
    spread = math.fsum((gap - group) ** 2 for gap in apart) / len(apart)
    even = _is_even(group, spread, tokens / len(apart))
    if tokens > _BURST * len(gaps) and (even or len(measured.requests) >= _FEW):  # else each token has an event of its own
        events = _chunks(measured, short)
        if events is not None:
            timing["itl"], timing["chunk-tokens"] = events.form, events.tokens
            notes["itl"] = f"by mean and spread of {len(apart)} waits for an event{_guessed(timing)}"
            notes["chunk-tokens"] = "the size with which answers have as many events as they had"
            return events
    _in_groups(group, spread, tokens / len(apart), timing, notes)
    notes["itl"] = f"by mean and spread of {len(apart)} groups of tokens that arrived together{_guessed(timing)}"
    notes["burstiness"] = f"{tokens:g} tokens in {len(apart)} groups{notes['burstiness']}"
    return None


def _chunks(measured: Measured, short: float) -> Chunks | None:
    """Events of a constant size, be there events without tokens among them, or not."""
    streams = [(request.output or len(request.gaps) + 1.0, request.gaps) for request in measured.requests if request.gaps]
    apart = [(output, tuple(gap for gap in gaps if gap > short)) for output, gaps in streams]
    return chunks.of_streams(apart) or chunks.of_streams(streams)


def _is_even(group: float, spread: float, together: float) -> bool:
    """Whether the waits for groups vary less than those for groups of a geometric size would, however even the gaps are."""
    mean = group / together
    return spread < _EVEN * together * (together - 1) * mean * mean


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
    if _is_even(group, spread, together):
        notes["burstiness"] += "; measured waits vary less than these will, whose groups are of all sizes"


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


def _from_events(measured: Measured, gaps: Summary, timing: dict[str, Any], notes: dict[str, str]) -> Chunks | None:
    """The law of a token's wait where a summary has the waits between events, by what a token takes where that is told, too."""
    wait, pace = gaps.mean, measured.paces.mean if measured.paces is not None else None
    remark = ""
    if wait and pace and abs(wait / pace - 1) > laws.CLOSE:
        remark = f"a token takes {duration(pace)}, an event {duration(wait)}; "
        if wait > _TOLD * pace:
            events = _of_events(measured, gaps, pace, timing, notes)
            notes["itl"] = f"{remark}the file has no single values{_guessed(timing)}"
            return events
        gaps = replace(gaps, mean=pace)
    found = of_summary(gaps)
    timing["itl"], notes["itl"] = found.form, f"{remark}{found.how}; the file has no single values{gaps.counted}"
    return None


def _of_events(measured: Measured, gaps: Summary, pace: float, timing: dict[str, Any], notes: dict[str, str]) -> Chunks | None:
    """How many tokens an event brings, and the law of a token's wait, by the summary of the waits for events."""
    wait, spread = moments(gaps) or (gaps.mean or 0.0, None)
    if spread is not None and measured.output and _is_even(wait, spread, wait / pace):
        events = chunks.of_averages(wait, spread, pace, measured.output)
        if events is not None:
            timing["itl"], timing["chunk-tokens"] = events.form, events.tokens
            notes["chunk-tokens"] = f"the time of an event by that of a token, in answers of {measured.output:g} tokens"
            return events
    unknown = (wait / pace) * (wait / pace - 1) * pace * pace
    _in_groups(wait, unknown if spread is None else spread, wait / pace, timing, notes)
    notes["burstiness"] = f"the time of an event by that of a token{notes['burstiness']}"
    return None


def _from_paces(measured: Measured, paces: Summary, timing: dict[str, Any], notes: dict[str, str]) -> None:
    """The law of a gap where a summary has the averages of requests."""
    spread = moments(paces)
    if spread is None or measured.output is None or measured.output <= 2:
        found = of_summary(paces)
        timing["itl"], notes["itl"] = found.form, f"{found.how}; the file has no single values{paces.counted}"
        return
    mean, variance = spread
    timing["itl"] = laws.of_moments(mean, variance * (measured.output - 1))
    notes["itl"] = (
        f"from a summary of the averages of requests{paces.counted}, spread so that whole streams of {measured.output:g} "
        f"tokens vary as measured; single gaps are not in the file{_guessed(timing)}"
    )
