"""The gamma law, against forms of it that need no special function."""

from __future__ import annotations

import math

import pytest

from understudy.timing._gamma import log_above, log_below, log_quantile, log_quantiles
from understudy.timing.fixed import Fixed
from understudy.timing.gamma import Gamma


def erlang(shape: int, scale: float):
    """The distribution function where the shape is a whole number: a sum."""

    def cdf(x: float) -> float:
        x /= scale
        terms = [1.0]
        for k in range(1, shape):
            terms.append(terms[-1] * x / k)
        return 1.0 - math.exp(-x) * math.fsum(terms) if x > 1e-2 else math.exp(log_below(shape, math.log(x)))

    return cdf


@pytest.mark.parametrize("shape", [1, 4, 25])
def test_it_is_gamma(follows, shape):
    follows(Gamma(float(shape), 0.01), erlang(shape, 0.01), spread=0.01 * shape**0.5)


def test_a_shape_of_one_half_is_the_square_of_a_normal_draw(follows):
    follows(Gamma(0.5, 2.0), lambda x: math.erf(math.sqrt(x / 2.0)), spread=1.5)


def test_by_mean_and_cv_or_shape_and_scale():
    assert Gamma.build({"mean": "20ms", "cv": 0.5}) == Gamma(4.0, 0.005)
    assert Gamma.build({"shape": 4, "scale": "5ms"}).mean == pytest.approx(0.02)


def test_no_spread_is_fixed():
    assert Gamma.build({"mean": "20ms", "cv": 0}) == Fixed(0.02)


@pytest.mark.parametrize("shape", [0.01, 0.3, 1.0, 7.3, 150.0, 10_000.0])
def test_quantiles_invert_the_distribution_function_far_into_the_tails(shape):
    for p in (1e-12, 1e-6, 0.01, 0.3, 0.499):
        assert log_below(shape, log_quantile(shape, p)) == pytest.approx(math.log(p), rel=1e-9, abs=1e-9)
    for p in (0.501, 0.7, 0.99, 1 - 1e-6, 1 - 1e-12):
        assert log_above(shape, log_quantile(shape, p)) == pytest.approx(math.log1p(-p), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("shape", [0.01, 0.3, 1.0, 7.3, 10_000.0])
def test_many_quantiles_at_once_agree_with_single_ones(shape):
    parts = tuple((k + 0.5) / 512 for k in range(512))
    many = log_quantiles(shape, parts)
    assert many == sorted(many)
    assert many[::37] == pytest.approx([log_quantile(shape, p) for p in parts[::37]], rel=2e-5, abs=2e-5)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (5, "gamma 5: expected {mean: DURATION, cv: NUMBER} or {shape: NUMBER, scale: DURATION}"),
        ({"mean": 1, "cv": 0.001}, "gamma cv 0.001: expected a number from 0.01 to 10, or 0"),
        ({"mean": 1, "cv": False}, "gamma cv False: expected a number from 0.01 to 10, or 0"),
        ({"shape": 1e6, "scale": 1}, "gamma shape 1000000.0: expected a number from 0.01 to 10000"),
        ({"shape": 1, "scale": 0}, "gamma scale 0: expected a duration above 0"),
    ],
)
def test_mistakes_are_named(value, message):
    with pytest.raises(ValueError) as caught:
        Gamma.build(value)
    assert str(caught.value) == message
