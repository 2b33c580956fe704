from __future__ import annotations

from statistics import NormalDist

import pytest

from understudy.timing.fixed import Fixed
from understudy.timing.normal import Normal


def cut_normal(mean: float, stddev: float):
    """The distribution function of what is left of a normal law above zero."""
    law = NormalDist(mean, stddev)
    below = law.cdf(0.0)
    return lambda x: max(0.0, (law.cdf(x) - below) / (1.0 - below))


@pytest.mark.parametrize(("mean", "stddev"), [(0.02, 0.004), (0.02, 0.03), (0.0, 0.01)])
def test_it_is_normal_above_zero(follows, mean, stddev):
    follows(Normal(mean, stddev), cut_normal(mean, stddev), spread=stddev)


def test_it_is_never_negative(random):
    assert min(Normal(0.001, 0.02).waits(random, "x", 20_000)) > 0.0


def test_its_mean_is_the_centre_where_nothing_is_cut():
    assert Normal.build({"mean": "20ms", "stddev": "2ms"}).mean == pytest.approx(0.02, rel=1e-12)
    assert Normal.build({"mean": 0, "stddev": "10ms"}).mean == pytest.approx(0.00797884560803, rel=1e-9)


def test_no_spread_is_fixed():
    assert Normal.build({"mean": "20ms", "stddev": 0}) == Fixed(0.02)
    assert Normal.build({"mean": 0, "stddev": 0}) == Fixed(0.0)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"mean": 1}, "normal {'mean': 1}: expected {mean: DURATION, stddev: DURATION}"),
        ({"mean": "x", "stddev": 1}, "normal mean: duration 'x': expected milliseconds, or"),
        ({"mean": 1, "stddev": -1}, "normal stddev: duration -1: expected milliseconds, or"),
    ],
)
def test_mistakes_are_named(value, message):
    with pytest.raises(ValueError) as caught:
        Normal.build(value)
    assert str(caught.value).startswith(message)
