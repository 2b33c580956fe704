"""The law that fits measured waits best, in the words a script has for it, and how far it is from them.

The distance is that of Kolmogorov and Smirnov: the largest difference between the share of waits up to a moment that was
measured and the share that the law, as it is printed and as the server would draw it, puts there. The mean counts as well:
a law that is drawn with another one than was measured makes answers longer or shorter, however near its shares are.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from msgspec import Struct

from understudy import durations, timing
from understudy.fitting import UnfitError

Form = str | dict[str, Any]
"""A law as it stands in a script: a duration, or the law's name with its parameters."""

DEVIATE = 2.3263478740408408
"""How many standard deviations the 99th percentile of a normal law is above its mean."""

STEADY = 1e-3
"""The share of a wait below which a difference is none."""

CLOSE = 0.02
"""A distance, or a share of the mean, nobody will notice."""

MANY = 100
"""Measurements below which a table of percentiles says more than they do."""

GAMMA = (0.01, 10.0)
"""The cv a gamma law takes."""

_TABLES = ((1, 5, 10, 25, 50, 75, 90, 95, 99), (1, *range(5, 100, 5), 99))  # the short one, where it is as good as needed
_SURE = 2.0  # standard errors a mean may be off by, those of the measured one: the 5 % limit
_ROUNDED = 5e-4  # the share of a wait that writing it with four digits may change
_PLACES = 1_000_000  # shares a percentile is told apart by, with four digits behind its point
_STEPS = 1000
_WIDEST = 100.0  # the largest cv any law takes


class Fitted(Struct, frozen=True):
    """A law and its distance from what was measured (None: only a summary was there); `others` are the laws it beat."""

    form: Form
    how: str
    distance: float | None = None
    others: dict[str, float] = {}

    def told(self, count: int, of: str = "requests") -> str:
        """Say how it was come by, over how many measurements of what."""
        if self.distance is None:
            return f"{self.how}, {count} {of}"
        others = ", ".join(f"{name} {far:.3f}" for name, far in sorted(self.others.items(), key=lambda other: other[1]))
        return f"{self.how}, KS distance {self.distance:.3f} over {count} {of}" + (f" ({others})" if others else "")


def duration(wait: float) -> str:
    """Write seconds as a script does, with four digits that count."""
    number, unit = (wait, "s") if wait >= 1 else (wait * 1000, "ms")
    text = f"{float(f'{number:.4g}'):.9f}".rstrip("0").rstrip(".")
    return f"{text}{unit}"


def said(wait: float) -> float:
    """The seconds that are left of a wait, at most durations.LONGEST, when it is written: 0 for one below half a picosecond."""
    return durations.seconds(duration(wait))


def of_values(values: Sequence[float]) -> Fitted:
    """Choose a law for single measurements, in seconds.

    Raises:
        UnfitError: when there are none.
    """
    if not values:
        raise UnfitError("expected at least one measurement, got none")
    ordered = sorted(values)
    count = len(ordered)
    mean = math.fsum(ordered) / count
    stddev = math.sqrt(math.fsum((value - mean) ** 2 for value in ordered) / count)
    if stddev <= STEADY * mean or not said(stddev):
        return Fitted(duration(mean), "always the same" if count > 1 else "a single measurement")
    off = max(CLOSE * mean, _SURE * stddev / math.sqrt(count))
    forms = {name: form for name, form in _parametric(ordered, mean, stddev).items() if keeps(form, mean, off)}
    found = {name: (form, distance(form, ordered)) for name, form in forms.items()}
    if count >= MANY and all(far > limit(count) for _, far in found.values()):
        table = _table(ordered, mean, off)
        if table is not None:
            found["percentiles"] = table
    if not found:
        form = of_moments(mean, stddev * stddev)
        return Fitted(form, "by mean and stddev, as no other law keeps the mean", distance(form, ordered))
    best = min(found, key=lambda name: found[name][1])
    return Fitted(found[best][0], best, found[best][1], {name: far for name, (_, far) in found.items() if name != best})


def limit(count: int) -> float:
    """The distance from so many measurements up to which a law is close: what chance explains, or nobody will notice."""
    return max(CLOSE, 1.36 / math.sqrt(count))  # 1.36: the 5 % limit of the test


def of_moments(mean: float, variance: float) -> Form:
    """A gamma law with that mean and variance; a fixed wait where it hardly varies, a lognormal law where it does too much."""
    if not said(max(mean, 0.0)) or variance <= (GAMMA[0] * mean) ** 2:
        return duration(max(mean, 0.0))
    cv = ratio(math.sqrt(variance) / mean)
    return {"gamma" if cv <= GAMMA[1] else "lognormal": {"mean": duration(mean), "cv": cv}}


def keeps(form: Form, mean: float, off: float) -> bool:
    """Whether a law is drawn with that mean, or off by no more."""
    return abs(timing.build(form).mean - mean) <= off


def ratio(value: float) -> float:
    """A cv as it is written: with four digits, and at most 100, the widest a script takes."""
    return float(f"{min(value, _WIDEST):.4g}")


def distance(form: Form, ordered: Sequence[float]) -> float:
    """How far a law is from sorted measurements: 0 is on them, 1 is nowhere near.

    Of the wait that a share of all does not exceed by the law, it is asked how much more than that share was measured below it,
    and how much less up to it. So it does not count how many have the same wait, where law and measurements agree about it.
    """
    law = timing.build(form)
    count, steps = len(ordered), _STEPS
    worst = 0.0
    for step in range(steps):
        share = (step + 0.5) / steps
        wait = law.quantile(share)
        below, up_to = bisect_left(ordered, wait * (1 - _ROUNDED)), bisect_right(ordered, wait * (1 + _ROUNDED))
        worst = max(worst, below / count - share, share - up_to / count)
    return worst


def _parametric(ordered: Sequence[float], mean: float, stddev: float) -> dict[str, Form]:
    forms: dict[str, Form] = {}
    normal: Form = {"normal": {"mean": duration(mean), "stddev": duration(stddev)}}
    if keeps(normal, mean, CLOSE * mean):  # what is cut off below 0 would make it longer
        forms["normal"] = normal
    if not said(ordered[0]):  # what is written as 0 has no logarithm
        return forms
    logs = [math.log(value) for value in ordered]
    middle = math.fsum(logs) / len(logs)
    spread = math.sqrt(math.fsum((log - middle) ** 2 for log in logs) / len(logs))
    p99 = math.exp(middle + DEVIATE * spread)
    if p99 <= durations.LONGEST:
        forms["lognormal"] = {"lognormal": {"median": duration(math.exp(middle)), "p99": duration(p99)}}
    # Thom's approximation of the maximum likelihood estimate of a gamma law's shape; it is off by less than 1.5 %.
    skew = math.log(mean) - middle
    shape = (3 - skew + math.sqrt((skew - 3) ** 2 + 24 * skew)) / (12 * skew)
    cv = ratio(1 / math.sqrt(shape))
    if GAMMA[0] <= cv <= GAMMA[1]:
        forms["gamma"] = {"gamma": {"mean": duration(mean), "cv": cv}}
    return forms


def _table(ordered: Sequence[float], mean: float, off: float) -> tuple[Form, float] | None:
    """Percentiles that keep the mean, and their distance."""
    tables = []
    for points in (*_TABLES, *([*shares, *_leaps(ordered, shares)] for shares in _TABLES)):
        form: Form = {"percentiles": {f"p{p:.7g}": duration(_percentile(ordered, p / 100)) for p in sorted(set(points))}}
        if keeps(form, mean, off):
            tables.append((form, distance(form, ordered)))
            if tables[-1][1] <= CLOSE:
                break
    return min(tables, key=lambda table: table[1], default=None)


def _leaps(ordered: Sequence[float], shares: Sequence[int]) -> Iterator[float]:
    """The percentiles on both sides of each leap that is most of what waits rise by between two shares; 100 above the last."""
    last = len(ordered) - 1
    for low, high in pairwise((*shares, 100)):
        first, end = last * low // 100, -(-last * high // 100)
        at = max(range(first, end), key=lambda place: ordered[place + 1] - ordered[place])
        if ordered[at + 1] - ordered[at] > max((ordered[end] - ordered[first]) / 2, STEADY * ordered[at]):
            yield math.floor(at / last * _PLACES) * 100 / _PLACES
            yield math.ceil((at + 1) / last * _PLACES) * 100 / _PLACES
            if high == 100:
                yield 100


def _percentile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
