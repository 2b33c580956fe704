from __future__ import annotations

import math
from statistics import NormalDist

import pytest

from understudy.timing.fixed import Fixed
from understudy.timing.lognormal import Lognormal


def lognormal(mu: float, sigma: float):
    return lambda x: NormalDist(mu, sigma).cdf(math.log(x))


def test_by_median_and_p99(follows):
    law = Lognormal.build({"median": "350ms", "p99": "2s"})
    assert (law.quantile(0.5), law.quantile(0.99)) == pytest.approx((0.35, 2.0), rel=1e-12)
    follows(law, lognormal(law.mu, law.sigma), spread=0.5)


def test_by_mean_and_cv(follows):
    law = Lognormal.build({"mean": "20ms", "cv": 0.5})
    assert law.mean == pytest.approx(0.02)
    follows(law, lognormal(law.mu, law.sigma), spread=0.01)


def test_its_tail_is_not_cut(random):
    law = Lognormal.build({"median": "20ms", "p99": "100ms"})
    drawn = law.waits(random, "x", 200_000)
    beyond = law.quantile(1 - 1 / 8192)
    assert sum(wait > beyond for wait in drawn) == pytest.approx(200_000 / 8192, rel=0.5)


def test_no_spread_is_fixed():
    assert Lognormal.build({"median": "1s", "p99": "1s"}) == Fixed(1.0)
    assert Lognormal.build({"mean": "20ms", "cv": 0}) == Fixed(0.02)
    assert Lognormal.build({"mean": "20ms", "cv": 1e-200}) == Fixed(0.02)


def test_a_wait_ends_after_thirty_years(random):
    law = Lognormal.build({"mean": "1h", "cv": 100})
    assert max(law.waits(random, "x", 50_000)) <= 1e9
    assert Lognormal(0.0, 1000.0).quantile(0.999) > 1e300
    assert Lognormal(0.0, 1000.0).mean == pytest.approx(1e9)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"median": 1}, "lognormal {'median': 1}: expected {median: DURATION, p99: DURATION} or {mean: DURATION, cv: NUMBER}"),
        ({"median": 2, "p99": 1}, "lognormal {'median': 2, 'p99': 1}: expected median to be at most p99"),
        ({"mean": 2, "cv": -1}, "lognormal cv -1: expected a number from 0 to 100"),
        ({"mean": 2, "cv": True}, "lognormal cv True: expected a number from 0 to 100"),
        ({"mean": 0, "cv": 1}, "lognormal mean 0: expected a duration above 0"),
        ({"median": 0, "p99": 0}, "lognormal median 0: expected a duration above 0"),
    ],
)
def test_mistakes_are_named(value, message):
    with pytest.raises(ValueError) as caught:
        Lognormal.build(value)
    assert str(caught.value) == message
