"""Durations as scripts, laws and faults write them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy import durations

DURATIONS = {
    0: 0.0,
    250: 0.25,
    9: 0.009,
    1.5: 0.0015,
    "250": 0.25,
    "250ms": 0.25,
    "1.5s": 1.5,
    " 2 m ": 120.0,
    "1h": 3600.0,
    ".5s": 0.5,
    "5.": 0.005,
    "2.000000000000000042e-02": 0.00002,
    "2e3": 2.0,
    "1.5E+3": 1.5,
    "150e-3": 0.00015,
    "2e-2s": 0.02,
    "1e12": 1e9,
    "1e9s": 1e9,
    "277777h": 999997200.0,
    10**12: 1e9,
}


@pytest.mark.parametrize(("value", "seconds"), DURATIONS.items(), ids=repr)
def test_durations(value, seconds):
    assert durations.seconds(value) == seconds
    assert isinstance(durations.seconds(value), float)


@pytest.mark.parametrize("value", [-1, "-1s", "soon", "", "1 day", "e5", "1e", "1e5.5", "٣s", None, True, [], float("nan")])
def test_what_is_no_duration(value):
    with pytest.raises(ValueError, match=r"^duration .*: expected milliseconds, or a number with ms, s, m or h"):
        durations.seconds(value)


@pytest.mark.parametrize(
    "value", [float("inf"), "9" * 400, 1e13, 10**400, "999999999h", "277778h", "1000000001s", "2e9s", "1e99"]
)
def test_what_is_too_long_is_refused_with_the_longest(value):
    with pytest.raises(ValueError, match=r"or 1\.5s, at most 1e9s$") as caught:
        durations.seconds(value)
    assert len(str(caught.value)) < 220


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (durations.some_seconds, "0.0s", "more than 0"),
        (durations.some_seconds, "-1s", "milliseconds, or a number with ms, s, m or h such as 250ms or 1.5s, at most 1e9s"),
        (durations.seconds_with_unit, "2", "a duration with its unit such as 250ms, 1.5s or 2m, at most 1e9s"),
        (durations.seconds_with_unit, 2, "a duration with its unit such as 250ms, 1.5s or 2m, at most 1e9s"),
    ],
)
def test_some_want_more_than_none_or_a_unit(read, value, expected):
    with pytest.raises(ValueError) as caught:
        read(value)
    assert str(caught.value) == f"duration {value!r}: expected {expected}"


def test_what_has_more_than_none_and_a_unit_is_read_as_any():
    assert durations.some_seconds("2e-2s") == durations.seconds_with_unit("2e-2s") == 0.02


@given(st.floats(0, 1e9), st.sampled_from(("", "ms", "s", "m", "h")), st.sampled_from(("g", ".3f", "e", "r")))
def test_what_the_schema_refuses_is_refused(number, unit, form):
    written = (repr(number) if form == "r" else format(number, form)) + unit
    reads = {
        durations.seconds: durations.duration_schema(),
        durations.some_seconds: durations.duration_schema(above_zero=True),
        durations.seconds_with_unit: durations.SCHEMA_WITH_UNIT,
    }
    for read, schema in reads.items():
        patterns = [one["pattern"] for one in (schema, *schema.get("anyOf", ())) if "pattern" in one]
        if not any(re.search(pattern, written) for pattern in patterns):
            with pytest.raises(ValueError):
                read(written)
