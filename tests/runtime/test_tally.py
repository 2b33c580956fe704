"""Events are counted as they were due and sent."""

from __future__ import annotations

import pytest

from understudy.model.plan import Plan
from understudy.runtime.lateness import Lateness
from understudy.runtime.stream import Stream
from understudy.runtime.tally import note

TIMES = ("late", "ttft_planned", "ttft_actual", "itl_planned", "itl_actual")
MOMENTS = [(10.5, 10.501), (10.75, 10.75), (11.0, 11.25), (11.5, 11.5)]
"""When events of a stream that began at 10 are due, and when they are sent."""


def stream() -> Stream:
    return Stream(Plan([]), 10.0, lambda data: None, lambda ending: None)


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


def test_a_silent_stream_is_not_counted():
    lateness, noted = Lateness(), stream()
    noted.silent = True
    note(lateness, noted, 11.0)
    assert lateness.events == noted.events == 0
