"""Numbers out of files: what is none is not taken for one."""

from __future__ import annotations

import pytest

from understudy.fitting import FormatError, Summary
from understudy.fitting.numbers import at, day, number, numbers, pick, scaled, summary


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 1e25, pytest.param(10**400, id="10**400"), -1, True, "3", None, [1]]
)
def test_what_is_no_measurement_is_left_out(value):
    assert number(value) is None
    assert scaled(value, 0.001) is None
    assert numbers([value, 2]) == [2.0]


def test_numbers_come_in_seconds():
    assert number(0) == 0.0
    assert scaled(250, 0.001) == 0.25


def test_a_path_may_break_off_anywhere():
    assert at({"a": {"b": 3}}, "a", "b") == 3
    assert at({"a": [1]}, "a", "b", "c") is None


def test_a_summary_needs_a_middle():
    assert summary({"stddev": 1}, {99: 5}, 1.0) is None
    found = summary({"count": 7}, {99: float("nan"), 90: 5000, 50: 2000}, 0.001)
    assert found == Summary(7, None, None, {50: 2.0, 90: 5.0})
    assert (list(found.percentiles), found.median, found.p99) == ([50, 90], 2.0, None)


@pytest.mark.parametrize("count", [{"count": 0}, {"count": 9}, {}])
def test_zeros_are_no_measurements(count):
    assert summary({"mean": 0.0, **count}, {50: 0.0, 99: 0.0}, 0.001) is None
    assert summary({"mean": 2.0}, {50: 0.0}, 1.0) == Summary(None, 2.0, None, {50: 0.0})


def test_days_are_those_of_utc():
    assert day(1767225600.5) == "2026-01-01"
    assert day(None) == day(0) == day(1e15) == ""


def test_runs_are_counted_from_one():
    assert pick(["a", "b"], 2) == "b"
    for wrong in (0, 3):
        with pytest.raises(FormatError, match=f"^run {wrong}: expected a number from 1 to 2, the runs in the file$"):
            pick(["a", "b"], wrong)
