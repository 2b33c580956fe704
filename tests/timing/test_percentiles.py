from __future__ import annotations

import math
from bisect import bisect
from statistics import NormalDist

import pytest

from understudy.timing.lognormal import Lognormal
from understudy.timing.percentiles import Percentiles

TABLE = {"p50": "20ms", "p90": "30ms", "p95": "50ms", "p99": "200ms"}


def test_it_goes_through_every_percentile():
    law = Percentiles.build(TABLE)
    assert [law.quantile(p) for p in (0.5, 0.9, 0.95, 0.99)] == pytest.approx([0.02, 0.03, 0.05, 0.2])


def test_it_follows_its_table(random, distance):
    law = Percentiles.build(TABLE)
    levels = [law.quantile((k + 0.5) / 5000) for k in range(5000)]
    sample = law.waits(random, "itl", 20_000)
    assert distance(sample, lambda x: bisect(levels, x) / 5000) < 2.7 / len(sample) ** 0.5
    assert distance([wait * 1.1 for wait in sample], lambda x: bisect(levels, x) / 5000) > 0.05


def test_lognormal_data_come_out_lognormal_everywhere():
    law = Lognormal.build({"median": "20ms", "p99": "80ms"})
    table = Percentiles(tuple((p, law.quantile(p)) for p in (0.5, 0.9, 0.95, 0.99)))
    for p in (1e-9, 0.01, 0.3, 0.7, 0.92, 0.999, 1 - 1e-9):
        assert table.quantile(p) == pytest.approx(law.quantile(p))
    assert table.mean == pytest.approx(law.mean)


def test_it_never_falls_and_goes_on_beyond_the_table(random):
    law = Percentiles.build(TABLE)
    found = [law.quantile(k / 2000) for k in range(1, 2000)]
    assert found == sorted(found)
    slope = math.log(4.0) / (NormalDist().inv_cdf(0.99) - NormalDist().inv_cdf(0.95))
    reach = NormalDist().inv_cdf(0.9999) - NormalDist().inv_cdf(0.99)
    assert law.quantile(0.9999) == pytest.approx(0.2 * math.exp(slope * reach))
    assert max(law.waits(random, "x", 20_000)) > law.quantile(0.9998)


def test_p0_and_p100_are_the_ends():
    law = Percentiles.build({"p0": 10, "p50": 20, "p100": 60})
    assert [law.quantile(p) for p in (1e-12, 0.25, 0.5, 0.75, 1 - 1e-12)] == pytest.approx([0.01, 0.015, 0.02, 0.04, 0.06])
    assert law.mean == pytest.approx(0.0275)


def test_the_mean_of_a_table_with_mixed_pieces():
    law = Percentiles.build({"p0": 0, "p50": 20, "p99": 80})
    steps = 100_000
    assert law.mean == pytest.approx(sum(law.quantile((k + 0.5) / steps) for k in range(steps)) / steps, rel=1e-3)


def test_a_wait_of_zero_may_stand_in_the_table():
    law = Percentiles.build({"p10": 0, "p50": "10ms", "p99": "20ms"})
    assert law.quantile(0.1) == pytest.approx(1e-9)
    assert law.quantile(0.5) == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"p50": 1}, "percentiles {'p50': 1}: expected two or more of them, such as {p50: DURATION, p99: DURATION}"),
        ({"p50": 1, "p101": 2}, "percentiles 'p101': expected a percentile from p0 to p100 such as p50 or p99.9"),
        ({"p50": 1, "max": 2}, "percentiles 'max': expected a percentile from p0 to p100 such as p50 or p99.9"),
        ({"p50": 1, "p50.0": 2}, "percentiles 'p50.0': expected each percentile once, got it twice"),
        ({"p50": 1, "p90": "x"}, "percentiles p90: duration 'x': expected milliseconds, or"),
        ({"p90": 1, "p50": 2}, "percentiles p50 and p90: expected waits that do not fall, got 2ms and 1ms"),
    ],
)
def test_mistakes_are_named(value, message):
    with pytest.raises(ValueError) as caught:
        Percentiles.build(value)
    assert str(caught.value).startswith(message)
