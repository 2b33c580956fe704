from __future__ import annotations

import math
from bisect import bisect
from statistics import NormalDist

import pytest

from understudy.timing.fixed import Fixed
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


def test_a_wait_of_zero_begins_a_straight_line():
    law = Percentiles.build({"p10": 0, "p50": "10ms", "p99": "20ms"})
    assert [law.quantile(p) for p in (1e-9, 0.1, 0.2, 0.4, 0.5)] == pytest.approx([0.0, 0.0, 0.0025, 0.0075, 0.01])
    assert math.log(law.quantile(0.75) / 0.01) == pytest.approx(
        math.log(2.0) * NormalDist().inv_cdf(0.75) / NormalDist().inv_cdf(0.99)
    )


def test_most_waits_may_be_zero(random):
    law = Percentiles.build({"p50": 0, "p90": 0, "p99": "100ms"})
    drawn = law.waits(random, "itl", 100_000)
    assert sum(wait == 0.0 for wait in drawn) == pytest.approx(90_000, rel=0.01)
    assert sum(drawn) / len(drawn) == pytest.approx(law.mean, rel=0.05)
    assert 0.2 < max(drawn) < 3.0


def test_a_straight_last_piece_goes_on_as_an_exponential_law_with_the_mean_of_its_rise():
    for table, low in (({"p90": 0, "p99": 100}, 0.0), ({"p0": 60, "p99": 100}, 0.06), ({"p98.999999": 0, "p99": 100}, 0.0)):
        law = Percentiles.build(table)
        longer = [law.quantile(p) for p in (0.99, 1 - 0.01 / math.e, 1 - 0.01 / math.e**2)]
        assert longer == pytest.approx([0.1, 0.1 + (0.1 - low), 0.1 + 2 * (0.1 - low)])


def test_no_tail_is_wider_than_that_of_the_widest_lognormal_law():
    widest = Lognormal.build({"mean": "20ms", "cv": 100})
    law = Percentiles.build({"p50": 0.01, "p90": 0.02, "p99": 100})
    assert [law.quantile(p) for p in (0.5, 0.9, 0.99)] == pytest.approx([0.00001, 0.00002, 0.1])
    for p in (0.9901, 0.9999, 1 - 1e-9):
        assert law.quantile(p) / 0.1 == pytest.approx(widest.quantile(p) / widest.quantile(0.99))
    assert law.mean < 0.02


@pytest.mark.parametrize(
    "table",
    [
        {"p50": 0, "p90": 0, "p99": 100},
        {"p0": 0, "p50": 20, "p99": 80},
        {"p0": 10, "p50": 20},
        {"p0": 0, "p10": 0, "p20": 5, "p60": 10, "p100": 50},
        {"p50": 10, "p100": 60},
        {"p99": 0, "p99.9": 1000},
        {"p50": 0.01, "p90": 0.02, "p99": 100},
        {"p50": 0.01, "p90": 0.02, "p95": 100, "p99": 120},
        {"p50": 0.01, "p90": 0.02, "p90.1": 100, "p99": 120},
        {"p50": 20, "p90": 30, "p95": 50, "p99": 200},
    ],
    ids=str,
)
def test_the_mean_is_the_integral_of_the_quantiles(table):
    law = Percentiles.build(table)
    step = 0.002
    above = [math.exp(-step * (k + 0.5)) for k in range(18_000)]  # parts of all waits, evenly in their logarithm
    assert law.mean == pytest.approx(step * sum(part * law.quantile(1.0 - part) for part in above), rel=1e-3)


def test_no_spread_is_fixed():
    assert Percentiles.build({"p0": 20, "p50": 20, "p99": "20ms"}) == Fixed(0.02)
    assert Percentiles.build({"p50": 0, "p99": 0}) == Fixed(0.0)


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
