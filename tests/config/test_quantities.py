"""Durations and sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.config.quantities import DURATION, DURATION_WITH_UNIT, SIZE, TIMEOUT


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (0, 0.0),
        (250, 0.25),
        (1.5, 0.0015),
        ("250", 0.25),
        ("250ms", 0.25),
        ("250 ms", 0.25),
        (" 1.5s ", 1.5),
        ("2m", 120.0),
        ("1h", 3600.0),
        ("0s", 0.0),
        ("1e3", 1.0),
        ("2.000000000000000042e-02", 0.00002),
        ("2e-2s", 0.02),
        (".5s", 0.5),
        ("1e9s", 1e9),
    ],
)
def test_a_duration_is_read_into_seconds(written, seconds):
    assert DURATION.read(written) == pytest.approx(seconds, abs=1e-12)


@pytest.mark.parametrize(
    "written",
    ["", "abc", "-1s", "1d", "1 s s", "1e", "٣s", -1, True, None, [], float("nan"), 1e13, "999999999h", "9" * 400 + "h"],
)
def test_what_is_no_duration_is_refused(written):
    with pytest.raises(ValueError):
        DURATION.read(written)


def test_the_longest_duration_is_told():
    assert DURATION.expected.endswith("(a bare number is milliseconds; at most 1e9s)")
    assert TIMEOUT.expected.endswith("(a bare number is milliseconds; at most 1e9s)")


@pytest.mark.parametrize("written", [0, "0", "0.0s", "0e5"])
def test_a_timeout_is_above_zero(written):
    with pytest.raises(ValueError):
        TIMEOUT.read(written)
    assert TIMEOUT.read("75s") == 75.0


@pytest.mark.parametrize("written", [2, "2", "2.", None])
def test_a_duration_that_others_count_in_seconds_needs_its_unit(written):
    with pytest.raises(ValueError):
        DURATION_WITH_UNIT.read(written)
    assert DURATION_WITH_UNIT.read("2s") == 2.0
    assert DURATION_WITH_UNIT.read("2e-3s") == 0.002


@pytest.mark.parametrize(
    ("written", "size"),
    [
        (1, 1),
        (65536, 65536),
        ("512", 512),
        ("512B", 512),
        ("10MB", 10_000_000),
        ("10mb", 10_000_000),
        ("32MiB", 32 << 20),
        ("1.5 KiB", 1536),
        ("2g", 2_000_000_000),
        (10.0, 10),
    ],
)
def test_a_size_is_read_into_bytes(written, size):
    assert SIZE.read(written) == size


@pytest.mark.parametrize("written", [0, -1, 1.5, "0", "0.5", "1.3B", "10 apples", "", True, None, 1e300, 2**63])
def test_what_is_no_size_is_refused(written):
    with pytest.raises(ValueError):
        SIZE.read(written)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (DURATION, 0.0, "0"),
        (DURATION, 0.25, "250ms"),
        (DURATION, 0.0002, "0.2ms"),
        (DURATION, 75.0, "75s"),
        (DURATION, 1.5, "1.5s"),
        (SIZE, 64 << 20, "64MiB"),
        (SIZE, 3 << 30, "3GiB"),
        (SIZE, 65536, "64KiB"),
        (SIZE, 1000, "1000"),
    ],
)
def test_a_quantity_is_shown_in_its_unit(kind, value, shown):
    assert kind.show(value) == shown


@given(st.integers(0, 10**9))
def test_a_duration_that_was_shown_is_read_back(milliseconds):
    seconds = DURATION.read(milliseconds)
    assert DURATION.read(DURATION.show(seconds)) == pytest.approx(seconds, rel=1e-9)


@given(st.integers(1, 10**9))
def test_a_size_that_was_shown_is_read_back(size):
    assert SIZE.read(SIZE.parse(SIZE.show(size))) == size
