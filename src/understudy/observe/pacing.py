"""The truth about time: what was planned, what was done, and whether the server was the bottleneck.

In: what the player measured. Out: a report as plain data, and a verdict in one sentence. Measurements only grow; `mark` begins
a new period without touching them, so that whoever else reads them is not disturbed. Who calls `tick` now and then lets the
verdict see also what happened lately, however long all was well before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct

from understudy.histogram import Histogram
from understudy.observe.readings import Measured, Timekeeping

BOUND = 0.010
"""Seconds of lateness that one event in a hundred may pass before the server calls itself the bottleneck."""

LATELY = 10.0
"""Seconds that count as lately, at least."""

ENOUGH = 100
"""Events without which lately says nothing: one late event of a few is no law."""

Since = Literal["reset", "start"]

_HISTOGRAMS = ("late", "lag", "ttft_planned", "ttft_actual", "itl_planned", "itl_actual")
_SHARES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p99.9": 0.999}


class Verdict(Struct, frozen=True):
    """Whether the server kept time, and the sentence that says so."""

    is_bottleneck: bool
    sentence: str

    @property
    def status(self) -> str:
        """The verdict in one word: ok or bottleneck."""
        return "bottleneck" if self.is_bottleneck else "ok"


class _Period(Struct):
    """What was measured from one moment on."""

    histograms: dict[str, Histogram]
    events: int = 0
    pauses: int = 0
    paused_seconds: float = 0.0


class Pacing:
    """Judges what the player measured.

    Args:
        measured: the player's measurements, which go on growing.
        now: gives the monotonic time in seconds.
        bound: gives the lateness in seconds that p99 must not pass.

    Attributes:
        is_bottleneck: the verdict of the last `tick`, for those who cannot wait for a new one; a mark takes it back.
    """

    def __init__(self, measured: Measured, now: Callable[[], float], bound: Callable[[], float] = lambda: BOUND) -> None:
        self.measured = measured
        self.bound = bound
        self._now = now
        self._begun = self._marked = now()
        self._mark: _Period | None = None
        self._past: deque[tuple[float, Histogram, Histogram]] = deque()
        self.is_bottleneck = self._was_bottleneck = False

    def tick(self) -> bool:
        """Remember this moment and judge, once a second at most; say whether the judgement is another than the last one was.

        A mark is no judgement: what was a bottleneck before it is one no longer when the next tick says so.
        """
        now, past, was = self._now(), self._past, self._was_bottleneck
        if past and now - past[-1][0] < 1.0:
            return False
        late, lag = self.measured.late.histogram(), self.measured.lag.histogram()
        past.append((now, late, lag))
        while len(past) > 1 and now - past[1][0] >= LATELY:
            past.popleft()
        self.is_bottleneck = self._was_bottleneck = self._judge(late, lag, "reset").is_bottleneck
        return self.is_bottleneck is not was

    def mark(self) -> None:
        """Begin a new period: what was measured before no longer counts for the verdict."""
        self._marked = self._now()
        self._past.clear()
        self.is_bottleneck = False
        self._mark = self._period("start")

    def period(self, since: Since = "reset") -> Timekeeping:
        """Tell how well time was kept in a period."""
        return self._kept(self.measured.late.histogram(), self.measured.lag.histogram(), since)

    def verdict(self, since: Since = "reset") -> Verdict:
        """Judge a period: everything since the start of the server, or since the last `mark`."""
        return self._judge(self.measured.late.histogram(), self.measured.lag.histogram(), since)

    def brief(self) -> dict[str, Any]:
        """Tell the verdict and what it rests on, as a log has it: times in milliseconds."""
        period = self.period()
        times = {"lateness_ms": percentiles(period.late), "loop_lag_ms": percentiles(period.lag)}
        told = {name: {share: found[share] for share in ("p50", "p99", "max")} for name, found in times.items()}
        return {"sentence": self.verdict().sentence, **told}

    def report(self, since: Since = "reset") -> dict[str, Any]:
        """Tell everything about a period, as plain data; times in milliseconds."""
        period = self._period(since)
        found = period.histograms
        verdict = self.verdict(since)
        return {
            "verdict": verdict.status,
            "sentence": verdict.sentence,
            "bound_ms": _ms(self.bound()),
            "since": since,
            "seconds": round(self._now() - (self._marked if since == "reset" else self._begun), 3),
            "streams": self.measured.streams,
            "events": period.events,
            "lateness_ms": percentiles(found["late"]),
            "loop_lag_ms": percentiles(found["lag"]),
            "write_pauses": {"count": period.pauses, "seconds": round(period.paused_seconds, 6)},
            "ttft_ms": {"planned": percentiles(found["ttft_planned"]), "actual": percentiles(found["ttft_actual"])},
            "itl_ms": {"planned": percentiles(found["itl_planned"]), "actual": percentiles(found["itl_actual"])},
        }

    def _judge(self, late: Histogram, lag: Histogram, since: Since) -> Verdict:
        """Judge all there is so far by what lies in a period, and by what happened since the oldest moment remembered."""
        period = self._kept(late, lag, since)
        whole = _judged(period.late, period.lag, self.bound())
        if whole.is_bottleneck or not self._past:
            return whole
        _, late_then, lag_then = self._past[0]
        late, lag = late.since(late_then), lag.since(lag_then)
        lately = _judged(late, lag, self.bound(), " lately") if late.total >= ENOUGH else whole
        return lately if lately.is_bottleneck else whole

    def _kept(self, late: Histogram, lag: Histogram, since: Since) -> Timekeeping:
        mark = self._mark if since == "reset" else None
        if mark is None:
            return Timekeeping(late, lag)
        return Timekeeping(late.since(mark.histograms["late"]), lag.since(mark.histograms["lag"]))

    def _period(self, since: Since) -> _Period:
        measured = self.measured
        histograms = {name: getattr(measured, name).histogram() for name in _HISTOGRAMS}
        mark = self._mark if since == "reset" else None
        if mark is None:
            return _Period(histograms, measured.events, measured.pauses, measured.paused_seconds)
        return _Period(
            {name: histogram.since(mark.histograms[name]) for name, histogram in histograms.items()},
            measured.events - mark.events,
            measured.pauses - mark.pauses,
            measured.paused_seconds - mark.paused_seconds,
        )


def percentiles(histogram: Histogram) -> dict[str, float]:
    """Sum up a histogram of seconds: how many, then mean, percentiles and the largest in milliseconds."""
    shares = {name: _ms(histogram.quantile(share)) for name, share in _SHARES.items()}
    return {"count": histogram.total, "mean": _ms(histogram.mean), **shares, "max": _ms(histogram.quantile(1.0))}


def _judged(late: Histogram, lag: Histogram, bound: float, when: str = "") -> Verdict:
    if not late.total and not lag.total:
        return Verdict(is_bottleneck=False, sentence="no event was due at a time yet")
    spelled = _spelled(bound)
    for what, p99 in (("lateness", late.quantile(0.99)), ("event-loop lag", lag.quantile(0.99))):
        if p99 > bound:
            sentence = f"the mock is the bottleneck{when}: p99 {what} {_spelled(p99)} over the bound of {spelled}"
            return Verdict(is_bottleneck=True, sentence=sentence)
    sentence = f"the mock keeps time: p99 lateness {_spelled(late.quantile(0.99))} within the bound of {spelled}"
    return Verdict(is_bottleneck=False, sentence=sentence)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _spelled(seconds: float) -> str:
    """Spell a time in milliseconds, to three digits."""
    return f"{float(f'{seconds * 1000:.3g}'):g} ms"
