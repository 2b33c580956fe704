"""Places among steps: everything before is passed through, the fault gets the rest."""

from __future__ import annotations

import pytest

from understudy.faults import Place
from understudy.faults._steps import at_most, event_at, split_head, strike
from understudy.model.plan import Ending, Gate, Until

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


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (0.05, [(0.05, "x"), (0.1, "a"), (0.4, "b"), (0.5, "c")]),
        (0.1, [(0.1, "x"), (0.1, "a"), (0.4, "b"), (0.5, "c")]),
        (0.15, [(0.1, "a"), (0.15, "x"), (0.4, "b"), (0.5, "c")]),
        (0.35, [(0.1, "a"), (0.35, "x"), (0.4, "b"), (0.5, "c")]),
        (0.45, [(0.1, "a"), (0.4, "b"), (0.45, "x"), (0.5, "c")]),
        (0.55, [(0.1, "a"), (0.4, "b"), (0.5, "c")]),
    ],
)
def test_a_time_comes_while_a_gate_is_shut(striking, opening, timed, time, expected):
    steps = [opening(0.1), "a", 0.2, opening(0.4), "b", opening(0.2), 0.1, "c"]

    def then(rest):
        yield "x"
        yield from rest

    assert timed(strike(steps, Place("time", time), striking(), then)) == expected


@pytest.mark.parametrize(("at", "outcome", "due"), [(0.5, (False, 0.2), 0.4), (0.35, (True, 0.15), 0.35)])
def test_whoever_bounds_a_wait_that_has_a_bound_tells_what_came_of_it(striking, opening, timed, at, outcome, due):
    waits = [Until(opening(0.1), 9.0), Until(opening(9.0), 0.1), Until(opening(at), 0.2), Until(opening(0.2), 9.0)]
    place = Place("time", 0.3)

    def then(rest):
        yield "x"
        yield from rest

    found = timed(strike([step for wait in waits for step in (wait, "a")], place, striking(), then))
    assert found == [(0.1, "a"), (0.2, "a"), (0.3, "x"), (due, "a"), (due, "a")]
    told = [(wait.opened, round(wait.waited, 6)) for wait in waits]
    assert told == [(True, 0.1), (False, 0.1), outcome, (True, round(0.2 - due, 6))]


def test_a_part_of_a_wait_is_no_longer_than_the_wait():
    gate = Gate()
    wait = Until(gate, 3.0)
    for seconds, longest, left in ((1.0, 1.0, 2.0), (0.5, 0.5, 1.5), (5.0, 1.5, None)):
        play = at_most(wait, seconds)
        part = next(play)
        assert (part.gate, part.seconds) == (gate, longest)
        part.begin(0.0)
        part.end()
        with pytest.raises(StopIteration) as over:
            next(play)
        assert over.value.value == (part, [] if left is None else [wait])
        assert wait.seconds == (left or 0.0)
    assert (wait.opened, wait.waited) == (False, 3.0)


def test_what_nobody_plays_has_open_gates(striking):
    gate = Gate()
    steps = list(strike([gate, "a", Until(gate, 0.1), "b"], Place("time", 0.05), striking(), lambda rest: ["x"]))
    assert [step for step in steps if isinstance(step, str)] == ["a", "b"]
