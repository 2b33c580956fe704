"""The law of waits of which only a summary is left: mean, standard deviation and percentiles, as far as they are told.

No law keeps all of them. The mean comes first, for it says how long answers take on the whole; of the laws that keep it, that
one is taken which misses the rest least.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from understudy import durations, timing
from understudy.fitting import Summary, UnfitError
from understudy.fitting.laws import CLOSE, DEVIATE, GAMMA, MANY, STEADY, Fitted, Form, duration, keeps, ratio, said


class _Law(Struct, frozen=True, eq=False):
    """A law, what of the summary pins it down, and its standard deviation, where that is known."""

    how: str
    form: Form
    stddev: float | None = None


def of_summary(summary: Summary) -> Fitted:
    """Choose a law where only a summary is left.

    Raises:
        UnfitError: when it says neither how long a wait is nor its middle.
    """
    middle = summary.mean if summary.mean is not None else summary.median
    if middle is None:
        raise UnfitError("expected a mean or a median, got neither")
    missed = {law: off for law in (_laws(summary) if said(middle) else ()) if (off := _missed(law, summary)) is not None}
    if not missed:
        return Fitted(duration(middle), "always the same: no spread is known")
    law = min(missed, key=lambda law: max(missed[law], CLOSE))
    return Fitted(law.form, law.how + (f", off by up to {missed[law]:.0%} in the rest" if missed[law] > CLOSE else ""))


def moments(summary: Summary) -> tuple[float, float] | None:
    """Mean and variance, by way of a lognormal law where they are not told; None when its median and p99 are not, either."""
    mean, cv = summary.mean, _implied(summary)
    if mean and summary.stddev is not None:
        return mean, summary.stddev**2
    if cv is None:
        return None
    mean = mean or (summary.median or 0.0) * math.sqrt(1 + cv * cv)
    return (mean, (cv * mean) ** 2) if mean <= durations.LONGEST else None


def _laws(summary: Summary) -> Iterator[_Law]:
    """The laws that some of what is told pins down; of those that are equally close the first counts."""
    mean, stddev, median, p99, told = summary.mean, summary.stddev, summary.median, summary.p99, summary.percentiles
    implied = _implied(summary)
    if median and p99 and implied:
        form = {"lognormal": {"median": duration(median), "p99": duration(p99)}}
        yield _Law("lognormal by its median and p99", form, implied * math.sqrt(1 + implied * implied) * median)
    if not mean:
        return
    if implied and median and mean > median:
        yield _wide("lognormal", "median", mean, math.sqrt((mean / median) ** 2 - 1))
    if stddev is not None and stddev > STEADY * mean:
        yield _wide("lognormal", "stddev", mean, stddev / mean)
        if GAMMA[0] <= stddev / mean <= GAMMA[1]:
            yield _wide("gamma", "stddev", mean, stddev / mean)
        form = {"normal": {"mean": duration(mean), "stddev": duration(stddev)}}
        yield _Law("normal by its mean and stddev", form, stddev)
    elif stddev is None and implied:
        yield _wide("lognormal", "the ratio of p99 to median", mean, implied)
    if told.keys() - {50, 99} and (summary.count or MANY) >= MANY and _rises(list(told.values())):
        yield _Law("percentiles", {"percentiles": {f"p{p:g}": duration(wait) for p, wait in told.items()}})


def _wide(law: str, by: str, mean: float, cv: float) -> _Law:
    return _Law(f"{law} by its mean and {by}", {law: {"mean": duration(mean), "cv": ratio(cv)}}, cv * mean)


def _rises(waits: Sequence[float]) -> bool:
    return all(low <= high for low, high in pairwise(waits)) and waits[-1] > waits[0] * (1 + STEADY)


def _implied(summary: Summary) -> float | None:
    """The cv of the lognormal law with that median and p99; None when they are missing or do not differ."""
    median, p99 = summary.median, summary.p99
    if not median or not said(median) or p99 is None or p99 <= median * (1 + STEADY):
        return None
    square = (math.log(p99 / median) / DEVIATE) ** 2
    return math.sqrt(math.expm1(square))


def _missed(law: _Law, summary: Summary) -> float | None:
    """The largest share by which a law misses what is told, of the longer of both; None when it does not keep the mean."""
    mean, told = summary.mean, summary.percentiles
    if mean is not None and not keeps(law.form, mean, CLOSE * mean):
        return None
    drawn = timing.build(law.form)
    pairs = [(drawn.quantile(p / 100), told[p]) for p in told if 0 < p < 100]
    if law.stddev is not None and summary.stddev is not None:
        pairs.append((law.stddev, summary.stddev))
    return max((abs(one - other) / max(one, other) for one, other in pairs if one or other), default=0.0)
