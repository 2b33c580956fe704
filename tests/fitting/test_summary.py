"""The law of a summary: the mean first, and of the percentiles as much as can be."""

from __future__ import annotations

import random
from statistics import fmean, pstdev

import pytest

from understudy import timing
from understudy.fitting import Summary, UnfitError
from understudy.fitting.summary import moments, of_summary

PERCENTS = (1, 5, 10, 25, 50, 75, 90, 95, 99)


def draws(form, count=20_000, seed=5):
    law, chance = timing.build(form), random.Random(seed)
    return [law.quantile(chance.random()) for _ in range(count)]


def told(values, percents=(50, 99)):
    ordered = sorted(values)
    percentiles = {p: ordered[int(p / 100 * (len(ordered) - 1))] for p in percents}
    return Summary(len(ordered), fmean(ordered), pstdev(ordered), percentiles)


DECODING = draws({"normal": {"mean": "10ms", "stddev": "0.5ms"}}, 18_000)
LAWS = {
    "lognormal": draws({"lognormal": {"median": "350ms", "p99": "2s"}}),
    "gamma": draws({"gamma": {"mean": "20ms", "cv": 0.6}}),
    "normal": draws({"normal": {"mean": "20ms", "stddev": "4ms"}}),
    "exponential": draws({"exponential": {"mean": "20ms"}}),
    "stalls": DECODING + draws({"normal": {"mean": "200ms", "stddev": "3ms"}}, 2_000),
    "two humps": DECODING + draws({"normal": {"mean": "40ms", "stddev": "2ms"}}, 9_000),
}


@pytest.mark.parametrize("percents", [(), (50,), (50, 99), (50, 90, 95, 99), PERCENTS], ids=len)
@pytest.mark.parametrize("values", LAWS.values(), ids=LAWS)
def test_what_is_drawn_has_the_mean_that_is_told(values, percents):
    drawn = draws(of_summary(told(values, percents)).form, seed=8)
    assert fmean(drawn) == pytest.approx(fmean(values), rel=0.05)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("lognormal", "lognormal by its median and p99"),
        ("gamma", "gamma by its mean and stddev"),
        ("normal", "normal by its mean and stddev"),
        ("exponential", "gamma by its mean and stddev"),
        ("stalls", "lognormal by its mean and stddev, off by up to 23% in the rest"),
        ("two humps", "gamma by its mean and stddev, off by up to 38% in the rest"),
    ],
)
def test_the_law_that_misses_the_rest_least_is_taken(name, how):
    assert of_summary(told(LAWS[name])).how == how


def test_many_percentiles_make_a_table_where_no_law_is_close():
    assert "percentiles" in of_summary(told(LAWS["two humps"], PERCENTS)).form
    exact = timing.build({"lognormal": {"median": "20ms", "p99": "60ms"}})
    smooth = Summary(None, exact.mean, None, {p: exact.quantile(p / 100) for p in PERCENTS})
    assert of_summary(smooth).form == {"lognormal": {"median": "20ms", "p99": "60ms"}}


def test_a_table_is_none_of_few_values_and_of_no_other_mean():
    humps = told(LAWS["two humps"], PERCENTS)
    assert "percentiles" in of_summary(humps).form
    assert "percentiles" not in of_summary(Summary(99, humps.mean, humps.stddev, humps.percentiles)).form
    assert "percentiles" not in of_summary(Summary(None, 2 * humps.mean, humps.stddev, humps.percentiles)).form
    falling = dict(zip(PERCENTS, reversed(humps.percentiles.values()), strict=True))
    assert "percentiles" not in of_summary(Summary(None, humps.mean, humps.stddev, falling)).form


@pytest.mark.parametrize(
    ("summary", "form"),
    [
        (Summary(9, 0.3, 0.15), {"lognormal": {"mean": "300ms", "cv": 0.5}}),
        (Summary(9, 0.029, 0.057, {50: 0.01, 99: 0.201}), {"lognormal": {"mean": "29ms", "cv": 1.966}}),
        (Summary(9, 0.04, 0.05, {50: 0.02, 99: 0.25}), {"gamma": {"mean": "40ms", "cv": 1.25}}),
        (Summary(9, 0.04, None, {50: 0.02, 99: 0.25}), {"lognormal": {"mean": "40ms", "cv": 1.5}}),
        (Summary(9, 0.04, 0.06, {50: 0.02, 99: 0.33}), {"lognormal": {"mean": "40ms", "cv": 1.732}}),
        (Summary(9, 0.3, None, {50: 0.35, 99: 0.9}), {"lognormal": {"mean": "300ms", "cv": 0.4233}}),
        (Summary(percentiles={50: 0.25, 99: 0.9}), {"lognormal": {"median": "250ms", "p99": "900ms"}}),
        (Summary(9, 0.3, 0.0, {50: 0.3, 99: 0.3}), "300ms"),
        (Summary(9, 0.3, 0.0, dict.fromkeys(PERCENTS, 0.3)), "300ms"),
        (Summary(percentiles={50: 0.3}), "300ms"),
        (Summary(9, 0.0, 0.0, {50: 0.0, 99: 0.0}), "0ms"),
        (Summary(percentiles={50: 1e-14, 99: 1.0}), "0ms"),
        (Summary(mean=1e-14, stddev=1.0), "0ms"),
    ],
)
def test_a_summary_gives_the_law_it_pins_down(summary, form):
    assert of_summary(summary).form == form
    timing.build(form)


def test_it_is_told_how_far_off_the_percentiles_are():
    found = of_summary(Summary(9, 0.029, 0.057, {50: 0.01, 99: 0.201}))
    assert found.how == "lognormal by its mean and stddev, off by up to 24% in the rest"


def test_a_summary_without_a_middle_gives_none():
    with pytest.raises(UnfitError, match=r"^expected a mean or a median, got neither$"):
        of_summary(Summary(percentiles={99: 1.0}))


@pytest.mark.parametrize(
    ("summary", "found"),
    [
        (Summary(mean=2.0, stddev=0.5), (2.0, 0.25)),
        (Summary(percentiles={50: 1.0, 99: 10.0}), (1.632, 4.428)),
        (Summary(mean=2.0, percentiles={50: 1.0, 99: 10.0}), (2.0, 6.654)),
        (Summary(mean=2.0), None),
        (Summary(percentiles={50: 1e-9, 99: 1e9}), None),
    ],
)
def test_moments_come_from_a_lognormal_law_where_they_are_not_told(summary, found):
    assert moments(summary) == (found and pytest.approx(found, rel=1e-3))
