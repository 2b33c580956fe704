"""The report about time, and the verdict."""

import msgspec
import pytest

from understudy.histogram import SECONDS, Histogram
from understudy.observe.pacing import Pacing, percentiles
from understudy.runtime.lateness import Lateness


class Clock:
    now = 10.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def measured():
    return Lateness()


@pytest.fixture
def pacing(measured, clock):
    return Pacing(measured, clock)


def late(measured, seconds: float, times: int = 1) -> None:
    measured.late.add_exactly(seconds, times)


@pytest.mark.parametrize("seconds", [0.05, 0.2, 1.0, 1.0035, 30.25])
def test_a_constant_plan_is_told_as_it_is(pacing, measured, clock, seconds):
    measured.first(40.0, 0.001)
    pacing.mark()
    for each in range(20):
        measured.first(0.1 + seconds - 0.1, seconds + each * 1e-5)
    told = pacing.report()["ttft_ms"]
    constant = round(seconds * 1000, 3)
    assert told["planned"] == {"count": 20, "mean": constant, **dict.fromkeys(("p50", "p90", "p99", "p99.9", "max"), constant)}
    assert all(abs(value - constant) <= 1.0 for name, value in told["actual"].items() if name != "count")


def test_nothing_timed_is_no_verdict_against_anybody(pacing):
    verdict = pacing.verdict()
    assert (verdict.status, verdict.sentence) == ("ok", "no event was due at a time yet")


def test_within_the_bound_the_mock_keeps_time(pacing, measured):
    late(measured, 0.002, 99)
    late(measured, 0.031)
    assert pacing.verdict().sentence == "the mock keeps time: p99 lateness 2 ms within the bound of 10 ms"


def test_over_the_bound_the_mock_is_the_bottleneck(pacing, measured):
    late(measured, 0.002, 90)
    late(measured, 0.031, 10)
    verdict = pacing.verdict()
    assert verdict.status == "bottleneck"
    assert verdict.sentence == "the mock is the bottleneck: p99 lateness 31 ms over the bound of 10 ms"


def test_an_event_loop_that_lags_is_a_bottleneck_too(pacing, measured):
    late(measured, 0.001)
    measured.lag.add_exactly(0.25)
    assert pacing.verdict().sentence == "the mock is the bottleneck: p99 event-loop lag 250 ms over the bound of 10 ms"


def test_the_bound_may_change_while_the_server_runs(measured, clock):
    bound = [0.01]
    pacing = Pacing(measured, clock, lambda: bound[0])
    late(measured, 0.031)
    assert pacing.verdict().is_bottleneck
    bound[0] = 0.05
    assert not pacing.verdict().is_bottleneck


def test_a_mark_begins_a_new_period_and_the_old_one_is_not_lost(pacing, measured, clock):
    late(measured, 0.5, 4)
    measured.pauses, measured.paused_seconds, measured.streams = 2, 1.5, 7
    clock.now += 5
    pacing.mark()
    late(measured, 0.001)
    measured.pauses, measured.paused_seconds = 3, 1.75
    clock.now += 1
    since = pacing.report()
    assert (since["since"], since["seconds"], since["events"], since["streams"]) == ("reset", 1, 1, 7)
    assert (since["verdict"], since["lateness_ms"]["max"]) == ("ok", 1)
    assert since["write_pauses"] == {"count": 1, "seconds": 0.25}
    whole = pacing.report("start")
    assert (whole["since"], whole["seconds"], whole["events"], whole["verdict"]) == ("start", 6, 5, "bottleneck")
    assert (measured.late.total, measured.events) == (5, 5)


def test_planned_stands_beside_actual(pacing, measured):
    measured.ttft_planned.add_exactly(0.2)
    measured.ttft_actual.add_exactly(0.201)
    measured.itl_planned.add_exactly(0.02)
    measured.itl_actual.add_exactly(0.021)
    report = pacing.report()
    assert {name: report["ttft_ms"][name]["max"] for name in ("planned", "actual")} == {"planned": 200, "actual": 201}
    assert {name: report["itl_ms"][name]["mean"] for name in ("planned", "actual")} == {"planned": 20, "actual": 21}
    assert msgspec.json.decode(msgspec.json.encode(report)) == report


def test_percentiles_are_in_milliseconds():
    histogram = Histogram(SECONDS)
    histogram.add(0.5)
    assert percentiles(histogram) == {
        "count": 1,
        "mean": 500,
        "p50": 500,
        "p90": 500,
        "p99": 500,
        "p99.9": 500,
        "max": 500,
    }


def test_what_happens_lately_counts_however_long_all_was_well(pacing, measured, clock):
    late(measured, 0.001, 100_000)
    for _ in range(15):
        clock.now += 1
        pacing.tick()
    late(measured, 0.05, 99)
    assert not pacing.verdict().is_bottleneck
    late(measured, 0.05)
    assert pacing.verdict().sentence == "the mock is the bottleneck lately: p99 lateness 50 ms over the bound of 10 ms"
    assert pacing.report("start")["verdict"] == "bottleneck"
    assert not pacing.is_bottleneck
    for _ in range(11):
        clock.now += 1
        pacing.tick()
        assert pacing.is_bottleneck == (clock.now < 36)
    assert pacing.verdict().status == "ok"


def test_ticks_within_a_second_are_one(pacing, measured, clock):
    pacing.tick()
    late(measured, 1.0)
    clock.now += 0.9
    pacing.tick()
    assert not pacing.is_bottleneck
    clock.now += 0.1
    pacing.tick()
    assert pacing.is_bottleneck


def test_a_mark_forgets_what_happened_lately(pacing, measured):
    late(measured, 1.0, 200)
    pacing.tick()
    assert pacing.is_bottleneck
    pacing.mark()
    assert (pacing.verdict().status, pacing.is_bottleneck) == ("ok", False)


def test_what_was_told_as_a_bottleneck_is_told_to_be_none_behind_a_mark(pacing, measured):
    late(measured, 1.0)
    assert pacing.tick()
    pacing.mark()
    assert pacing.tick()
    assert not pacing.is_bottleneck
    pacing.mark()
    assert not pacing.tick()


def test_what_is_a_bottleneck_behind_a_mark_too_is_told_once(pacing, measured):
    late(measured, 1.0)
    assert pacing.tick()
    pacing.mark()
    late(measured, 1.0)
    assert not pacing.tick()
    assert pacing.is_bottleneck


def test_a_period_is_how_well_time_was_kept_since_the_mark(pacing, measured):
    late(measured, 0.5)
    pacing.mark()
    late(measured, 0.001, 3)
    measured.lag.add_exactly(0.25)
    assert (pacing.period().late.total, pacing.period().lag.max) == (3, 0.25)
    assert pacing.period("start").late.total == 4


def test_a_log_is_told_what_the_verdict_rests_on(pacing, measured):
    late(measured, 0.031)
    assert pacing.brief() == {
        "sentence": "the mock is the bottleneck: p99 lateness 31 ms over the bound of 10 ms",
        "lateness_ms": {"p50": 31, "p99": 31, "max": 31},
        "loop_lag_ms": {"p50": 0, "p99": 0, "max": 0},
    }
