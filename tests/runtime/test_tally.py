"""Events are counted one at a time or together, and it makes no difference."""

from __future__ import annotations

import pytest

from understudy.model.plan import Plan
from understudy.runtime.lateness import Lateness
from understudy.runtime.stream import Stream
from understudy.runtime.tally import note, note_together

TIMES = ("late", "ttft_planned", "ttft_actual", "itl_planned", "itl_actual")
MOMENTS = [(10.5, 10.501), (10.75, 10.75), (11.0, 11.25), (11.5, 11.5)]
"""When events of a stream that began at 10 are due, and when they are sent."""


def stream() -> Stream:
    return Stream(Plan([]), 10.0, lambda data: None, lambda ending: None)


def seen(lateness: Lateness) -> dict[str, list[int]]:
    return {name: getattr(lateness, name).histogram().counts for name in TIMES}


def one_by_one(lateness: Lateness) -> Stream:
    noted = stream()
    for due, at in MOMENTS:
        noted.due = due
        note(lateness, noted, at)
    return noted


def test_an_event_is_counted_as_it_was_due_and_sent():
    lateness = Lateness()
    noted = one_by_one(lateness)
    assert {name: getattr(lateness, name).total for name in TIMES} == dict(zip(TIMES, (4, 1, 1, 3, 3), strict=True))
    assert (noted.events, noted.late, noted.first_due, noted.first_at) == (4, 0.25, 10.5, 10.501)
    assert lateness.ttft_planned.histogram().sum == pytest.approx(0.5, abs=1e-4)
    assert lateness.itl_planned.histogram().sum == pytest.approx(1.0, abs=5e-4)
    assert lateness.itl_actual.histogram().sum == pytest.approx(0.999, abs=5e-4)


@pytest.mark.parametrize("slept", [False, True], ids=["in ticks", "after a sleep"])
def test_counting_together_counts_the_same(slept):
    alone, together = Lateness(), Lateness()
    expected, noted = one_by_one(alone), stream()
    noted.due = MOMENTS[0][0]
    note(together, noted, MOMENTS[0][1])
    for due, at in MOMENTS[1:]:
        noted.before, noted.was = noted.was, due
        note_together(together, [noted], [b"abc"], at - 5.0 if slept else at, at)
    assert seen(together) == seen(alone)
    assert noted.sent == 9
    for name in ("events", "late", "first_due", "first_at", "at", "was", "before"):
        assert getattr(noted, name) == getattr(expected, name), name


def test_times_longer_than_ticks_are_counted_as_long_as_they_were():
    lateness, noted = Lateness(), stream()
    noted.due = 10.5
    note(lateness, noted, 10.5)
    noted.before, noted.was = noted.was, 11.0
    note_together(lateness, [noted], [b"a"], 11.0, 100.0)
    assert lateness.late.histogram().max == noted.late == 89.0
    assert lateness.itl_actual.histogram().max == 89.5


def test_a_silent_stream_is_not_counted():
    lateness, noted = Lateness(), stream()
    noted.silent = True
    note(lateness, noted, 11.0)
    assert lateness.events == noted.events == 0
