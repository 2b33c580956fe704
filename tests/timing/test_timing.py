"""Durations, and laws by name."""

from __future__ import annotations

import pytest

from understudy import timing
from understudy.timing.fixed import Fixed
from understudy.timing.uniform import Uniform

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
    assert timing.seconds(value) == seconds
    assert isinstance(timing.seconds(value), float)


@pytest.mark.parametrize("value", [-1, "-1s", "soon", "", "1 day", "e5", "1e", "1e5.5", "٣s", None, True, [], float("nan")])
def test_what_is_no_duration(value):
    with pytest.raises(ValueError, match=r"^duration .*: expected milliseconds, or a number with ms, s, m or h"):
        timing.seconds(value)


@pytest.mark.parametrize(
    "value", [float("inf"), "9" * 400, 1e13, 10**400, "999999999h", "277778h", "1000000001s", "2e9s", "1e99"]
)
def test_what_is_too_long_is_refused_with_the_longest(value):
    with pytest.raises(ValueError, match=r"or 1\.5s, at most 1e9s$") as caught:
        timing.seconds(value)
    assert len(str(caught.value)) < 220


def test_a_bare_duration_is_fixed_and_a_mapping_names_its_law():
    assert timing.build("1s") == Fixed(1.0)
    assert timing.build({"fixed": 20}) == Fixed(0.02)
    assert timing.build({"uniform": {"min": 10, "max": "1s"}}) == Uniform(0.01, 1.0)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"unifrom": {}}, "unknown timing law 'unifrom'. Did you mean 'uniform'?"),
        ({"zzz": {}}, "unknown timing law 'zzz': expected one of exponential, fixed, gamma, lognormal, normal, percentiles, "),
        ({}, "timing {}: expected a duration or one of exponential, fixed, gamma, lognormal, normal, percentiles, "),
        ({"fixed": 1, "uniform": 2}, "timing {'fixed': 1, 'uniform': 2}: expected a duration or one of"),
        ({"uniform": 3}, "uniform 3: expected {min: DURATION, max: DURATION}"),
        ({"uniform": {"min": 2, "max": 1}}, "uniform {'min': 2, 'max': 1}: expected min to be at most max"),
    ],
)
def test_mistakes_are_named(value, message):
    with pytest.raises(ValueError) as caught:
        timing.build(value)
    assert str(caught.value).startswith(message)


def test_the_package_is_scanned_once():
    assert timing.laws() is timing.laws()


def test_every_law_has_a_schema():
    assert all(law.schema() for law in timing.laws())


def test_laws_are_described_in_one_line():
    for law in timing.laws():
        assert law.__doc__
        assert "\n" not in law.__doc__
