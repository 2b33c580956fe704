"""Places among steps: everything before is passed through, the fault gets the rest."""

from __future__ import annotations

import pytest

from understudy.faults import Place
from understudy.faults._steps import event_at, split_head, strike
from understudy.model.plan import Ending

HEAD = b"HEAD"
STEPS = [0.5, b"HEAD", 0.2, b"one", 0.3, b"two", b"end"]

CUTS = {
    ("before-headers", 0): [0.5, "x", b"HEAD", 0.2, b"one", 0.3, b"two", b"end"],
    ("after-headers", 0): [0.5, b"HEAD", 0.2, "x", b"one", 0.3, b"two", b"end"],
    ("event", 1): [0.5, b"HEAD", 0.2, "x", b"one", 0.3, b"two", b"end"],
    ("event", 2): [0.5, b"HEAD", 0.2, b"one", 0.3, "x", b"two", b"end"],
    ("event", 3): STEPS,
    ("token", 7): [0.5, b"HEAD", 0.2, b"one", 0.3, "x", b"two", b"end"],
    ("token", 8): STEPS,
    ("end", 0): [0.5, b"HEAD", 0.2, b"one", 0.3, b"two", "x", b"end"],
    ("byte", 0): [0.5, b"HEAD", 0.2, "x", b"one", 0.3, b"two", b"end"],
    ("byte", 1): [0.5, b"HEAD", 0.2, b"o", "x", b"ne", 0.3, b"two", b"end"],
    ("byte", 3): [0.5, b"HEAD", 0.2, b"one", 0.3, "x", b"two", b"end"],
    ("byte", 10): STEPS,
    ("time", 0): ["x", *STEPS],
    ("time", 0.25): [0.25, "x", 0.25, b"HEAD", 0.2, b"one", 0.3, b"two", b"end"],
    ("time", 0.5): [0.5, "x", b"HEAD", 0.2, b"one", 0.3, b"two", b"end"],
    ("time", 2): STEPS,
}


@pytest.mark.parametrize(("place", "expected"), CUTS.items(), ids=[f"{kind}-{number}" for kind, number in CUTS])
def test_the_fault_strikes_at_the_place(striking, place, expected):
    context = striking(stream=True, events=2, tokens=[3, 4], head_bytes=4, chunked=True)

    def then(rest):
        yield "x"
        yield from rest

    assert list(strike(STEPS, Place(*place), context, then)) == expected


def test_a_byte_beyond_the_last_one_is_no_place(striking):
    assert list(strike([b"HEAD", b"one"], Place("byte", 4), striking(head_bytes=4), lambda rest: [])) == [b"HEAD", b"one"]


@pytest.mark.parametrize("place", [Place("end"), Place("byte", 3)])
def test_what_ends_a_plan_comes_after_the_end_of_the_answer(striking, place):
    steps = [b"HEAD", b"one", Ending.CLOSE]
    assert list(strike(steps, place, striking(head_bytes=4), lambda rest: [*rest][:0])) == [b"HEAD", b"one"]


def test_head_and_body_in_one_step_are_told_apart(striking):
    context = striking(head_bytes=4)
    assert list(split_head([0.1, b"HEADbody"], context)) == [0.1, b"HEAD", b"body"]
    assert list(strike([b"HEADbody"], Place("event", 1), context, lambda rest: [b"!"])) == [b"HEAD", b"!"]


@pytest.mark.parametrize(("place", "number"), [(Place("byte", 1), None), (Place("event", 2), 2), (Place("event", 3), None)])
def test_events_by_number(striking, place, number):
    assert event_at(place, striking(events=2)) == number
