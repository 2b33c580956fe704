"""Events are counted as they were due and sent."""

from __future__ import annotations

import pytest

from understudy.model.plan import Plan
from understudy.runtime.lateness import TICKS, Lateness
from understudy.runtime.stream import Stream
from understudy.runtime.tally import Tally
from understudy.runtime.wheel import Wheel

TIMES = ("late", "ttft_planned", "ttft_actual", "itl_planned", "itl_actual")
MOMENTS = [(10.5, 10.501), (10.75, 10.75), (11.0, 11.25), (11.5, 11.5)]
"""When events of a stream that began at 10 are due, and when they are sent."""


def stream() -> Stream:
    return Stream(Plan([]), 10.0, lambda data: None, lambda ending: None)


@pytest.fixture
def lateness() -> Lateness:
    return Lateness()


@pytest.fixture(params=[1 / TICKS, 1 / 1024, 2.0**-80], ids=["ticks", "coarse", "virtual"])
def tally(request, lateness) -> Tally:
    return Tally(lateness, Wheel(request.param))


def test_an_event_is_counted_as_it_was_due_and_sent(lateness, tally):
    noted = stream()
    for due, at in MOMENTS:
        noted.due = due
        tally.note(noted, at)
    assert {name: getattr(lateness, name).total for name in TIMES} == dict(zip(TIMES, (4, 1, 1, 3, 3), strict=True))
    assert noted.late * tally.slot == pytest.approx(0.25, abs=tally.slot)
    assert (noted.events, noted.first_due, noted.first_at) == (4, 10.5, 10.501)
    assert lateness.ttft_planned.histogram().sum == pytest.approx(0.5, abs=1e-4)
    assert lateness.itl_planned.histogram().sum == pytest.approx(1.0, abs=5e-4)
    assert lateness.itl_actual.histogram().sum == pytest.approx(0.999, abs=5e-4)


@pytest.mark.parametrize("count", ["note", "begun"])
def test_who_is_on_time_is_not_late_at_all(lateness, tally, count):
    noted = stream()
    noted.due = 10.5
    tally.note(noted, 10.5) if count == "note" else tally.begun(noted, 10.5, 10.5)
    assert (noted.late, lateness.late.total) == (0, 1)
    assert lateness.late.histogram().max < 1 / TICKS


def test_a_silent_stream_is_not_counted(lateness, tally):
    noted = stream()
    noted.silent = True
    tally.note(noted, 11.0)
    assert lateness.events == noted.events == 0


@pytest.mark.parametrize("tally", [1 / TICKS, 1 / 1024], indirect=True)
def test_times_in_slots_are_counted_by_tick(lateness, tally):
    slots = tally._wheel.nearest(0.25)
    for counts in (tally.lates, tally.planneds, tally.actuals):
        counts[slots] += 2
    for times in (lateness.late, lateness.itl_planned, lateness.itl_actual):
        assert [(tick, count) for tick, count in enumerate(times.ticks) if count] == [(TICKS // 4, 2)]


@pytest.mark.parametrize("gap", [0.0001, 0.0009, 0.005, 0.02, 1.5])
@pytest.mark.parametrize("tally", [2.0**-80], indirect=True)
def test_times_of_a_clock_that_moves_by_itself_are_exact(lateness, tally, gap):
    noted = stream()
    for k in range(11):
        noted.due = 10.5 + k * gap
        tally.note(noted, noted.due)
    for times, count, value in ((lateness.late, 11, 0.0), (lateness.itl_planned, 10, gap), (lateness.itl_actual, 10, gap)):
        told = times.histogram()
        assert (told.total, told.max, told.sum) == (count, value, pytest.approx(count * value, rel=1e-12))


@pytest.mark.parametrize(("planned", "actual"), [(5.0, 5.0), (0.5, 5.0), (5.0, 0.5)])
def test_a_time_too_long_for_ticks_is_counted_once(lateness, tally, planned, actual):
    tally.gaps((7, 9), (7 + tally._wheel.nearest(planned), 9 + tally._wheel.nearest(actual)), 3)
    assert lateness.itl_planned.histogram().sum == pytest.approx(3 * planned, abs=1e-3)
    assert lateness.itl_actual.histogram().sum == pytest.approx(3 * actual, abs=1e-3)
    assert lateness.itl_planned.total == lateness.itl_actual.total == 3


@pytest.mark.parametrize(("due", "at", "late"), [(10.5, 10.75, 0.25), (10.5, 40.5, 30.0), (10.5, 10.5, 0.0), (10.0, 11, None)])
def test_an_answer_is_counted_if_it_was_to_wait(lateness, tally, due, at, late):
    begun = stream()
    tally.begun(begun, due, at)
    assert (lateness.late.total, lateness.waits, lateness.events) == (late is not None, late is not None, 0)
    assert begun.late * tally.slot == pytest.approx(late or 0.0, abs=tally.slot)


@pytest.mark.parametrize(("event", "samples"), [(10.5, [30.0]), (10.75, [30.0, 29.75])], ids=["at once", "later"])
@pytest.mark.parametrize("before", [False, True], ids=["event behind it", "event before it"])
def test_an_answer_and_its_first_event_are_one_where_they_are_due_at_once(lateness, tally, event, samples, before):
    begun = stream()
    begun.due = event
    if before:
        tally.note(begun, 40.5)
    tally.begun(begun, 10.5, 40.5)
    if not before:
        tally.note(begun, 40.5)
    told = lateness.late.histogram()
    assert (told.total, lateness.waits, lateness.events) == (len(samples), len(samples) - 1, 1)
    assert told.sum == pytest.approx(sum(samples), abs=2e-3)
    assert begun.late * tally.slot == pytest.approx(30.0, abs=tally.slot)


@pytest.mark.parametrize("begins", [0.0, 0.25, 1.0])
def test_a_beginning_is_taken_back_by_its_own_lateness(lateness, tally, begins):
    begun = stream()
    begun.due = 10.5
    tally.begun(begun, 10.5, 10.5 + begins)
    tally.note(begun, 11.5)
    told = lateness.late.histogram()
    assert (told.total, lateness.waits, lateness.events) == (1, 0, 1)
    assert told.sum == pytest.approx(1.0, abs=2e-3)
    assert told.max == pytest.approx(begun.late * tally.slot, abs=2e-3)


@pytest.mark.parametrize("late", [0.0, 0.25, 30.0])
def test_events_that_were_late_together_are_counted_together(lateness, tally, late):
    tally.late(tally._wheel.nearest(late), 3)
    assert lateness.late.total == 3
    assert lateness.late.histogram().sum == pytest.approx(3 * late, abs=1e-3)
