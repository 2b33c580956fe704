"""Counts of values by size."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.histogram import FINE, SECONDS, Histogram, Spectrum


def counted(*values: float, bounds=SECONDS) -> Histogram:
    histogram = Histogram(bounds)
    for value in values:
        histogram.add(value)
    return histogram


def test_a_value_belongs_to_the_first_bound_it_does_not_pass():
    assert counted(0.5, 1, 1.5, 2, 2.5, -1, bounds=(1, 2)).counts == [3, 2, 1]


def test_nothing_counted_has_no_size():
    histogram = counted()
    assert (histogram.total, histogram.sum, histogram.max, histogram.mean, histogram.quantile(0.99)) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize("p", [0.5, 0.9, 0.99, 0.999])
def test_quantiles_are_those_of_the_values_within_a_tenth(p):
    draws = random.Random(7)
    values = sorted(draws.lognormvariate(-4, 1) for _ in range(20_000))
    assert counted(*values).quantile(p) == pytest.approx(values[int(p * len(values))], rel=0.1)


def test_no_quantile_is_above_the_largest_value():
    histogram = counted(0.0301, 0.0302)
    assert histogram.quantile(1) == histogram.quantile(0.99) == 0.0302
    assert counted(5, bounds=(1, 2)).quantile(0.5) == 5


def test_values_in_a_bucket_are_taken_to_lie_evenly():
    assert counted(*[10] * 10, bounds=(0, 10)).quantile(0.5) == 5


def test_counts_put_in_by_hand_have_quantiles_too():
    histogram = Histogram((1, 2, 4))
    histogram.counts[2] += 10
    assert (histogram.quantile(0.5), histogram.quantile(1)) == (3, 4)


def test_early_is_not_late():
    histogram = counted(-3)
    assert (histogram.max, histogram.quantile(0.5)) == (0, 0)


def test_how_many_are_at_most_so_large_is_exact_at_bounds():
    histogram = counted(0.01, 0.0100001, 0.02, 5e5)
    assert [histogram.at_most(bound) for bound in (0.001, 0.01, 0.02, 1e4)] == [0, 1, 3, 3]


def test_between_bounds_it_is_estimated():
    assert counted(*[15] * 10, bounds=(10, 20)).at_most(14) == 4
    assert counted(5, 50, bounds=(10, 20)).at_most(7) == 0


def test_merging_counts_both():
    merged = counted(1, 2)
    merged.merge(counted(3))
    assert (merged.total, merged.sum, merged.max) == (3, 6, 3)
    assert merged.counts == counted(1, 2, 3).counts


def test_what_came_since_a_mark():
    histogram = counted(0.5, 3)
    mark = histogram.copy()
    histogram.add(0.2)
    since = histogram.since(mark)
    assert (since.total, since.sum, since.quantile(0.5)) == (1, pytest.approx(0.2), 0.2)
    histogram.add(4)
    assert histogram.since(mark).max == 4
    assert mark.total == 2


def test_the_largest_since_a_mark_is_no_larger_than_its_bucket():
    histogram = counted(3)
    mark = histogram.copy()
    histogram.add(0.19)
    assert histogram.since(mark).max == 0.2


def test_clearing_keeps_the_list_of_counts():
    histogram = counted(1)
    counts = histogram.counts
    histogram.clear()
    assert histogram.counts is counts
    assert (histogram.total, histogram.sum, histogram.max) == (0, 0, 0)


def test_other_bounds_cannot_be_merged_nor_compared():
    with pytest.raises(ValueError, match="expected 2 equal bounds"):
        Histogram((1, 2)).merge(Histogram((1, 3)))
    with pytest.raises(ValueError, match="equal bounds"):
        Histogram((1, 2)).since(Histogram((1,)))


def test_bounds_of_seconds_ascend_in_steps_of_a_seventh_at_most():
    assert list(SECONDS) == sorted(set(SECONDS))
    assert SECONDS[0] == 1e-5
    assert SECONDS[-1] == 1e4
    assert max(high / low for low, high in pairwise(SECONDS)) <= 1.14


def test_many_at_once_are_counted_like_one_by_one():
    values = (0.5, 3, 0.0001)
    at_once = Histogram(SECONDS)
    at_once.add_all(values)
    at_once.add_all(())
    one_by_one = counted(*values)
    assert (at_once.counts, at_once.sum, at_once.max) == (one_by_one.counts, one_by_one.sum, one_by_one.max)


SHARES = (0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0)
LAWS = {
    "constant": lambda draw: 1.0035,
    "two constants": lambda draw: draw.choice((0.2, 3.3)),
    "uniform": lambda draw: draw.uniform(0.0, 0.1),
    "exponential": lambda draw: draw.expovariate(20),
    "normal": lambda draw: max(0.0, draw.gauss(1.0, 0.2)),
    "lognormal": lambda draw: draw.lognormvariate(-3, 2),
    "gamma": lambda draw: draw.gammavariate(0.5, 0.1),
    "humps": lambda draw: draw.gauss(0.02, 0.001) if draw.random() < 0.9 else draw.gauss(5.0, 0.1),
    "long": lambda draw: draw.paretovariate(0.7),
}


def close(told: float, values: Sequence[float], p: float) -> bool:
    """Say whether a quantile is within a millisecond or a hundredth of the true one."""
    true = sorted(values)[max(ceil(p * len(values)), 1) - 1]
    return abs(told - true) <= max(0.001, true * 0.01)


def spectrum(values: Sequence[float]) -> Spectrum:
    counted = Spectrum()
    counted.add_all(values)
    return counted


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("count", [1, 7, 100, 20_000])
def test_a_spectrum_tells_quantiles_to_a_millisecond_or_a_hundredth(law, count):
    draw = random.Random(law)
    values = [min(LAWS[law](draw), 9000.0) for _ in range(count)]
    told = spectrum(values)
    assert [p for p in SHARES if not close(told.quantile(p), values, p)] == []
    assert (told.total, told.sum, told.max) == (count, pytest.approx(sum(values)), max(values))


TIMES = st.lists(st.floats(0.0, 9000.0) | st.sampled_from([0.2, 1.0, 1.0035]) | st.sampled_from(SECONDS[:-1]), max_size=20)


@given(TIMES, TIMES)
def test_a_spectrum_tells_as_nearly_what_came_since_a_mark(before, after):
    told = spectrum(before)
    mark = told.copy()
    told.add_all(after)
    since = told.since(mark)
    assert (since.total, since.sum) == (len(after), pytest.approx(sum(after), abs=1e-6))
    assert all(close(since.quantile(p), after, p) for p in SHARES if after)
    merged = mark.copy()
    merged.merge(since)
    assert (merged.counts, merged.sums) == (told.counts, pytest.approx(told.sums))
    told.clear()
    assert (told.total, told.sum, told.quantile(0.5), told.quantile(1.0), any(told.sums)) == (0, 0, 0, 0, False)


@given(st.floats(1e-6, 9000.0), st.integers(1, 1000), TIMES)
def test_times_that_are_all_alike_are_told_exactly(value, count, before):
    told = spectrum(before)
    mark = told.copy()
    told.add_many(count, value)
    assert [told.since(mark).quantile(p) for p in SHARES] == pytest.approx([value] * len(SHARES), abs=1e-9)


@given(TIMES)
def test_a_spectrum_counts_by_the_bounds_of_others(values):
    told, other = spectrum(values), counted(*values)
    assert [told.at_most(bound) for bound in SECONDS] == [other.at_most(bound) for bound in SECONDS]


def test_the_bounds_of_a_spectrum_are_half_a_millisecond_or_a_hundredth_apart():
    assert set(SECONDS) < set(FINE)
    assert list(FINE) == sorted(set(FINE))
    assert all(high - low <= max(0.0005, low * 0.01) * (1 + 1e-9) for low, high in pairwise(FINE))
    assert len(FINE) < 2000


def test_who_knows_the_bucket_of_a_time_puts_it_there():
    told = Spectrum()
    told.put(bisect_left(FINE, 0.2), 3, 0.20005)
    assert (told.at_most(0.2), told.quantile(0.5)) == (3, pytest.approx(0.20005))
