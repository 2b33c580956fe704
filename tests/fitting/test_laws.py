"""Which law fits, and how well."""

from __future__ import annotations

import math
import random

import pytest

from understudy import durations, timing
from understudy.fitting import UnfitError
from understudy.fitting.laws import CLOSE, distance, duration, limit, of_moments, of_values, said


def draws(form, count, seed=3):
    law, chance = timing.build(form), random.Random(seed)
    return [law.quantile(chance.random()) for _ in range(count)]


@pytest.mark.parametrize(
    ("wait", "text"),
    [
        (0.25, "250ms"),
        (1.0, "1s"),
        (1.23456, "1.235s"),
        (0.00008298, "0.08298ms"),
        (0.0, "0ms"),
        (1e-8, "0.00001ms"),
        (90, "90s"),
    ],
)
def test_durations_are_written_as_scripts_have_them(wait, text):
    assert duration(wait) == text
    assert durations.seconds(text) == pytest.approx(wait, rel=1e-3)


@pytest.mark.parametrize(
    "form",
    [
        {"lognormal": {"median": "350ms", "p99": "2s"}},
        {"gamma": {"mean": "20ms", "cv": 0.7}},
        {"normal": {"mean": "20ms", "stddev": "3ms"}},
    ],
)
def test_each_law_is_found_again_with_its_parameters(form):
    found = of_values(draws(form, 4000))
    [(name, parameters)] = form.items()
    assert found.how == name
    assert found.distance < 0.02
    assert min(found.others.values(), default=1.0) >= found.distance
    for key, value in parameters.items():
        given, fitted = (durations.seconds(v) if isinstance(v, str) else v for v in (value, found.form[name][key]))
        assert fitted == pytest.approx(given, rel=0.06)


@pytest.mark.parametrize("count", [1, 40, 100, 1000, 4000])
def test_a_law_is_close_up_to_what_chance_explains_once_in_twenty_times(count):
    assert 1.35 < limit(count) * math.sqrt(count) < 1.37


def test_a_law_is_close_that_is_off_by_what_nobody_notices():
    assert limit(5000) == limit(10**6) == CLOSE


def test_two_humps_are_kept_as_percentiles():
    values = draws({"normal": {"mean": "20ms", "stddev": "1ms"}}, 700) + draws(
        {"normal": {"mean": "90ms", "stddev": "4ms"}}, 300
    )
    found = of_values(values)
    assert found.how == "percentiles"
    assert found.distance < min(found.others.values()) / 2
    law = timing.build(found.form)
    assert law.quantile(0.5) == pytest.approx(0.0205, rel=0.02)
    assert law.quantile(0.9) == pytest.approx(0.092, rel=0.03)


def test_a_short_table_is_preferred_where_it_is_as_good():
    smooth = of_values([0.1 + 0.001 * n for n in range(1000)])
    assert len(smooth.form["percentiles"]) == 9
    steep = of_values([0.001 * n for n in range(1, 391)] + [0.39 + 0.00001 * n for n in range(610)])
    assert len(steep.form["percentiles"]) == 21
    assert steep.distance < 0.02


QUANTISED = [0.02] * 900 + [0.021] * 50 + [0.06] * 50


@pytest.mark.parametrize(
    ("values", "highest"),
    [
        ([0.02] * 999 + [0.03], 0.02),
        (QUANTISED, 0.06),
        (QUANTISED * 10, 0.06),
        ([0.123456] * 150 + [0.2] * 150, 0.2),
        ([0.0] * 800 + [0.1] * 200, 0.1),
        ([0.1] * 6000 + [0.9] * 40, 0.9),
    ],
    ids=["one is longer", "three waits", "many of three", "more digits than are written", "none", "few are longer"],
)
def test_waits_that_many_have_in_common_are_kept(values, highest):
    found = of_values(values)
    assert found.how == "percentiles"
    assert found.distance < 0.05
    law = timing.build(found.form)
    assert law.quantile(0.4) == pytest.approx(sorted(values)[2 * len(values) // 5], rel=1e-3)
    assert law.quantile(0.9985) == pytest.approx(highest, rel=1e-3)
    assert law.mean == pytest.approx(sum(values) / len(values), rel=0.01)


def test_both_sides_of_a_leap_stand_in_a_table_that_needs_them():
    table = of_values([0.02] * 500 + [0.04] * 500).form["percentiles"]
    assert [name for name in table if "." in name] == ["p49.9499", "p50.0501"]
    assert (table["p49.9499"], table["p50.0501"]) == ("20ms", "40ms")
    few = of_values([0.1] * 6000 + [0.9] * 40).form["percentiles"]
    assert list(few)[-3:] == ["p99.3376", "p99.3542", "p100"]


@pytest.mark.parametrize("form", [{"normal": {"mean": "20ms", "stddev": "20ms"}}, {"gamma": {"mean": "20ms", "cv": 1}}])
def test_a_law_that_would_be_drawn_with_another_mean_takes_no_part(form):
    values = draws(form, 2000)
    found = of_values(values)
    assert not {"normal", "lognormal"} & {found.how, *found.others}
    assert timing.build(found.form).mean == pytest.approx(sum(values) / len(values), rel=0.02)


def test_chance_may_move_the_mean_of_a_law():
    values = draws({"lognormal": {"mean": "66ms", "cv": 1.5}}, 100, seed=6)
    found = of_values(values)
    assert found.how == "lognormal"
    assert timing.build(found.form).mean / (sum(values) / len(values)) == pytest.approx(0.907, abs=0.001)


@pytest.mark.parametrize(
    ("values", "form"),
    [
        ([0.0, 0.0, 0.1], {"gamma": {"mean": "33.33ms", "cv": 1.414}}),
        ([0.0] * 89 + [0.9], {"gamma": {"mean": "10ms", "cv": 9.434}}),
        ([0.0] * 89 + [1e-11], "0ms"),
    ],
)
def test_where_no_law_keeps_the_mean_moments_do(values, form):
    found = of_values(values)
    assert (found.form, found.how, found.others) == (form, "by mean and stddev, as no other law keeps the mean", {})


def test_few_values_are_not_drawn_as_percentiles():
    assert of_values([0.1, 0.1, 0.9, 0.9]).how != "percentiles"


def test_waits_of_none_do_not_stop_a_fit():
    found = of_values([0.0] * 300 + [0.01 * n for n in range(1, 701)])
    assert found.form
    assert "lognormal" not in found.others
    assert timing.build(found.form).quantile(0.9) > 0.3


@pytest.mark.parametrize("values", [[0.02], [0.02] * 50])
def test_what_never_varies_is_a_duration(values):
    found = of_values(values)
    assert (found.form, found.distance) == ("20ms", None)


def test_what_is_too_short_to_write_is_said_to_be_nothing():
    assert (said(4e-13), said(6e-13), said(0.00123456)) == (0.0, 1e-12, pytest.approx(0.001235))


@pytest.mark.parametrize(
    "values",
    [
        [1e-17, 3e-16, 0.0, 5e-324],
        [1e-17, 0.3, 0.4],
        [1e-9] * 99 + [1e9],
        [0.0] * 300 + [1e-14],
        [0.0] * 89 + [1e-11],
        [10.0**-n for n in range(300)],
        [1e9, 1e9 - 1, 1.0],
    ],
)
def test_whatever_was_measured_gives_a_law_that_scripts_take(values):
    timing.build(of_values(values).form)


def test_nothing_fits_no_values():
    with pytest.raises(UnfitError, match=r"^expected at least one measurement, got none$"):
        of_values([])


@pytest.mark.parametrize(
    ("mean", "variance", "form"),
    [
        (0.02, 0.0001, {"gamma": {"mean": "20ms", "cv": 0.5}}),
        (0.02, 0.0, "20ms"),
        (0.02, -1.0, "20ms"),
        (1e-14, 1.0, "0ms"),
        (-1.0, 1.0, "0ms"),
        (0.02, 0.16, {"lognormal": {"mean": "20ms", "cv": 20.0}}),
        (0.02, 1e9, {"lognormal": {"mean": "20ms", "cv": 100.0}}),
    ],
)
def test_moments_give_a_law_that_scripts_take(mean, variance, form):
    assert of_moments(mean, variance) == form
    timing.build(form)


def test_the_distance_is_that_of_kolmogorov_and_smirnov():
    uniform = {"uniform": {"min": "0ms", "max": "1s"}}
    assert distance(uniform, [(n + 0.5) / 1000 for n in range(1000)]) < 0.002
    assert distance(uniform, [0.5 * (n + 0.5) / 1000 for n in range(1000)]) == pytest.approx(0.5, abs=0.002)
    assert distance(uniform, [5.0]) > 0.99


def test_a_wait_that_many_have_in_common_is_at_no_distance_from_itself():
    steps = {"percentiles": {"p1": "20ms", "p90": "20ms", "p90.01": "60ms", "p99": "60ms"}}
    assert distance(steps, [0.02] * 90 + [0.06] * 10) < 0.002
    assert distance(steps, [0.02] * 70 + [0.06] * 30) == pytest.approx(0.2, abs=0.002)
    assert distance(steps, [0.02] * 90 + [0.05] * 10) == pytest.approx(0.1, abs=0.002)
    assert distance(steps, [0.01] * 90 + [0.06] * 10) == pytest.approx(0.9, abs=0.002)
    assert distance("20ms", [0.02] * 999 + [0.03]) == pytest.approx(0.001, abs=0.001)
    assert distance({"uniform": {"min": "0ms", "max": "1s"}}, [0.5] * 100) == pytest.approx(0.5, abs=0.002)
