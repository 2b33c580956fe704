"""Laws by name."""

from __future__ import annotations

import pytest

from understudy import timing
from understudy.timing.fixed import Fixed
from understudy.timing.uniform import Uniform


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
