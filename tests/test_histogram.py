"""Counts of values by size."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from understudy.histogram import SECONDS, Histogram


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
