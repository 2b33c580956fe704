"""Times are counted cheaply when short and exactly when long; what is read is the sum of both."""

from __future__ import annotations

from itertools import pairwise

import pytest

from understudy.runtime.lateness import TICKED, TICKS, Lateness, Times


def test_short_times_are_counted_by_tick():
    times = Times()
    for seconds in (0.0, 0.5 / TICKS, 1 / TICKS, 0.5):
        times.add(seconds)
    assert {tick: count for tick, count in enumerate(times.ticks) if count} == {0: 2, 1: 1, TICKS // 2: 1}
    assert times.total == 4


def test_what_is_below_nothing_counts_as_nothing():
    times = Times()
    times.add(-3.0)
    assert times.ticks[0] == times.total == 1


def test_long_times_are_counted_as_they_are():
    times = Times()
    for seconds in (TICKED, 1.5, 20.0):
        times.add(seconds)
    histogram = times.histogram()
    assert sum(times.ticks) == 0
    assert (histogram.total, histogram.sum, histogram.max) == (3, TICKED + 21.5, 20.0)


def test_a_histogram_holds_both_and_ticks_are_told_to_half_a_tick():
    times = Times()
    for seconds in (0.02, 0.02, 0.3, 5.0):
        times.add(seconds)
    histogram = times.histogram()
    assert histogram.total == times.total == 4
    assert histogram.sum == pytest.approx(5.34, abs=4 / TICKS)
    assert histogram.quantile(0.5) == pytest.approx(0.02, rel=0.06)
    assert histogram.max == 5.0
    assert times.histogram().counts == histogram.counts  # asking changes nothing


def test_the_list_of_ticks_stays_the_same_list():
    times = Times()
    ticks = times.ticks
    times.add(0.1)
    times.add(5.0)
    times.clear()
    assert times.ticks is ticks
    assert times.total == times.histogram().total == 0


def test_a_time_just_above_what_ticks_count_does_no_harm_in_the_list():
    assert len(Times().ticks) >= 2 * TICKS * TICKED


def test_first_and_further_events_are_counted_apart():
    lateness = Lateness()
    lateness.first(0.5, 0.6)
    for planned, actual in ((0.02, 0.03), (0.02, 0.01)):
        lateness.itl_planned.add(planned)
        lateness.itl_actual.add(actual)
    found = [lateness.ttft_planned, lateness.ttft_actual, lateness.itl_planned, lateness.itl_actual]
    assert [times.total for times in found] == [1, 1, 2, 2]


@pytest.mark.parametrize("wait", [0.0096, 0.01, 0.02, 0.0333, 0.2, 0.75])
def test_times_between_events_at_one_interval_are_told_to_a_tenth_of_a_millisecond_or_so(wait):
    lateness = Lateness()
    slots = [round(wait * TICKS * number) for number in range(1000)]
    for sooner, later in pairwise(slots):
        lateness.itl_planned.ticks[later - sooner] += 1
    told = lateness.itl_planned.histogram()
    assert [told.quantile(p) for p in (0.01, 0.5, 0.9, 0.999, 1.0)] == pytest.approx([wait] * 5, abs=1.2 / TICKS)


def test_clearing_keeps_the_streams_under_way():
    lateness = Lateness()
    lateness.late.add(0.1)
    lateness.lag.add(0.1)
    lateness.first(0.1, 0.1)
    lateness.pauses, lateness.paused_seconds, lateness.streams = 3, 1.5, 7
    assert lateness.events == 1
    lateness.clear()
    assert (lateness.events, lateness.lag.total, lateness.ttft_actual.total) == (0, 0, 0)
    assert (lateness.pauses, lateness.paused_seconds, lateness.streams) == (0, 0.0, 7)


def test_distributions_are_those_of_the_moment():
    lateness = Lateness()
    assert lateness.late.histogram().total == 0
    lateness.late.add(0.1)
    lateness.lag.add(0.2)
    lateness.first(0.3, 0.4)
    lateness.itl_planned.add(0.5)
    lateness.itl_actual.add(0.6)
    maxima = {
        name: getattr(lateness, name).histogram().max
        for name in ("late", "lag", "ttft_planned", "ttft_actual", "itl_planned", "itl_actual")
    }
    assert list(maxima.values()) == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], abs=1 / TICKS)


def test_times_between_events_have_no_part_of_a_tick_more():
    times = Times(between=True)
    for ticks in (81, 82, 82, 82, 82, 82, 82, 82, 82, 82, 82, 82):  # 10 ms are 81.92
        times.ticks[ticks] += 1
    histogram = times.histogram()
    assert histogram.mean == pytest.approx(0.01, rel=0.002)
    assert histogram.max == 82 / TICKS
    assert sum(count for bound, count in zip(histogram.bounds, histogram.counts, strict=False) if bound <= 0.01) == 12


def test_first_events_are_counted_to_the_microsecond():
    lateness = Lateness()
    lateness.first(0.1 + 0.2, 0.3000004)
    assert lateness.ttft_planned.histogram().max == lateness.ttft_actual.histogram().max == 0.3
