"""When a fault strikes: by the request, by the count of arrivals, by the time."""

from __future__ import annotations

from collections import Counter

import pytest

from understudy.engine.decision import Decision, decide
from understudy.faults import Burst, Trigger, Window


class Counts:
    """Counters in a dict; what arrivals draw comes from a list, over and over."""

    def __init__(self, *draws: float) -> None:
        self.seen: Counter[str] = Counter()
        self.draws = draws

    def advance(self, key: str) -> int:
        self.seen[key] += 1
        return self.seen[key] - 1

    def count(self, key: str) -> int:
        return self.seen[key]

    def arrival(self, key: str, number: int) -> float:
        return self.draws[number % len(self.draws)]


def pattern(trigger, calls=8, counts=None, elapsed=0.0):
    counts = counts or Counts(0.5)
    return "".join("x" if trigger.strikes("k", elapsed, Decision(bytes(16)), counts) else "." for _ in range(calls))


PATTERNS = {
    "always": (Trigger(), "xxxxxxxx"),
    "nth": (Trigger(nth=3), "..x....."),
    "several": (Trigger(nth=(1, 4)), "x..x...."),
    "first": (Trigger(first=2), "xx......"),
    "every": (Trigger(every=3), "..x..x.."),
    "every within the first": (Trigger(every=2, first=4), ".x.x...."),
    "max": (Trigger(max=2), "xx......"),
    "max counts strikes": (Trigger(every=3, max=1), "..x....."),
    "never": (Trigger(probability=0), "........"),
    "surely": (Trigger(probability=1), "xxxxxxxx"),
}


@pytest.mark.parametrize(("trigger", "expected"), PATTERNS.values(), ids=PATTERNS)
def test_patterns(trigger, expected):
    assert pattern(trigger) == expected


@pytest.mark.parametrize(
    ("window", "inside", "outside"),
    [
        (Window(10.0, 40.0), (10, 39.9), (0, 9.9, 40, 100)),
        (Window(end=5.0), (0, 4.9), (5,)),
        (Window(5.0), (5, 1e6), (4.9,)),
        (Window(1.0, 2.0, 10.0), (1.5, 11.5, 101.5), (0.5, 2, 12, 100.5)),
    ],
)
def test_windows(window, inside, outside):
    assert all(window.holds(moment) for moment in inside)
    assert not any(window.holds(moment) for moment in outside)


def test_calls_outside_the_window_are_not_counted():
    counts, trigger = Counts(0.5), Trigger(nth=1, window=Window(10.0))
    assert pattern(trigger, 3, counts, elapsed=0.0) == "..."
    assert pattern(trigger, 3, counts, elapsed=10.0) == "x.."


def test_bad_times_begin_and_end_by_the_draws_of_arrivals():
    counts = Counts(0.9, 0.1, 0.9, 0.9, 0.3, 0.9)  # enters at the second call, leaves at the fifth
    assert pattern(Trigger(burst=Burst(enter=0.2, leave=0.4)), 6, counts) == ".xxx.."


class Drawn(Counts):
    """Counters whose arrivals draw anew each time."""

    def arrival(self, key: str, number: int) -> float:
        return decide(key.encode(), 7).uniform(str(number))


def test_bad_times_have_the_share_and_the_length_that_were_asked_for():
    found = pattern(Trigger(burst=Burst(enter=0.02, leave=0.1)), 20_000, Drawn())
    runs = [len(run) for run in found.split(".") if run]
    assert found.count("x") / len(found) == pytest.approx(0.02 / 0.12, abs=0.02)
    assert sum(runs) / len(runs) == pytest.approx(10, rel=0.15)


def test_within_a_bad_time_the_arrival_decides():
    trigger = Trigger(burst=Burst(1, 0, 0.3))
    assert pattern(trigger, 6, Counts(0.2, 0.9)) == "x.x.x."
    struck = pattern(trigger, 2000, Drawn())
    assert struck.count("x") / len(struck) == pytest.approx(0.3, abs=0.04)
