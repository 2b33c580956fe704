"""Gates, and what else holds for one stream alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.model.plan import SENT, Ending, Gate, Plan, Run, Solo, Step, Until
from understudy.model.steady import Steady
from understudy.runtime.outlet import SLICE
from understudy.runtime.stream import OUTCOMES, Place


def counted(theatre, name: str) -> tuple[int, float, float]:
    """How many times of one kind were counted, their sum and the largest, in seconds."""
    told = getattr(theatre.lateness, name).histogram()
    return told.total, told.sum, told.max


def test_every_ending_but_hanging_has_an_outcome():
    assert set(OUTCOMES) == {None, *Ending} - {Ending.HANG}


def test_of_steady_streams_that_are_over_nothing_is_kept(theatre):
    frames = [(b"a", b"!"), (b"b", b"!")]
    for wait in (0.25, 0.25, 0.5):
        run = Run(frames, b"|", [wait, wait], (), Steady(wait, wait, 1, lambda: frames, 1))
        theatre.play([b"head.", run] if wait == 0.25 else Solo(b"head.", run))
    assert theatre.player._alike == {0.25: 2, 0.5: 1}
    theatre.clock.advance(0.6)
    assert dict(theatre.player._alike) == {0.5: 1}
    theatre.clock.advance(1.0)
    assert dict(theatre.player._alike) == {}


def test_a_shut_gate_is_waited_at_without_a_timer(theatre):
    gate = Gate()
    viewer = theatre.play([b"a", gate, b"b"])
    assert viewer.data == b"a"
    assert viewer.stream.place is Place.GATE
    theatre.clock.advance(5.0)
    assert (viewer.data, theatre.player.waiting, theatre.clock.pending) == (b"a", 0, 0)
    gate.open(7.0)
    theatre.clock.advance(10.0)
    assert viewer.got[1:] == [(7.0, b"b")]
    assert viewer.outcomes == [("done", 2)]


def test_a_gate_opened_before_lets_pass(theatre):
    gate = Gate()
    gate.open(0.0)
    viewer = theatre.play([1.0, gate, b"a", 1.0, b"b"])
    theatre.clock.advance(5.0)
    assert viewer.got == [(1.0, b"a"), (2.0, b"b")]


def test_a_gate_opened_before_for_later_is_a_deadline(theatre):
    gate = Gate()
    gate.open(3.0)
    viewer = theatre.play([1.0, gate, b"a", 1.0, b"b"])
    theatre.clock.advance(5.0)
    assert viewer.got == [(3.0, b"a"), (4.0, b"b")]


def test_one_gate_may_stand_several_times(theatre):
    gate = Gate()
    viewer = theatre.play([gate, b"a", gate, b"b", gate, b"c"])
    for at in (1.0, 2.0, 3.0):
        gate.open(at)
        theatre.clock.advance(1.0)
    assert viewer.got == [(1.0, b"a"), (2.0, b"b"), (3.0, b"c")]


@pytest.mark.parametrize("before", [True, False], ids=["opened before", "opened after"])
def test_what_follows_a_gate_is_an_event_of_its_own_moment(theatre, before):
    gates = [Gate() for _ in range(4)]
    theatre.clock.advance(10.0)
    viewer = theatre.play([b"head", *(step for gate in gates for step in (gate, b"x")), 10.0, b"end"])
    for n, gate in enumerate(gates):
        if before:
            gate.open(10.5 + n / 4)
    for n, gate in enumerate(gates):
        theatre.clock.advance(0.5 if n == 0 else 0.25)
        if not before:
            gate.open(10.5 + n / 4)
            theatre.clock.advance(0.0)
    theatre.clock.advance(20.0)
    assert viewer.times == [10.0, 10.5, 10.75, 11.0, 11.25, 21.25]
    (delivery,) = viewer.deliveries
    assert (delivery.events, delivery.first_due, delivery.first_at, delivery.late) == (4, 0.5, 0.5, 0.0)
    firsts = [times.histogram() for times in (theatre.lateness.ttft_planned, theatre.lateness.ttft_actual)]
    assert [(times.total, times.max) for times in firsts] == [(1, 0.5), (1, 0.5)]
    assert counted(theatre, "itl_planned") == counted(theatre, "itl_actual") == (3, 0.75, 0.25)


def test_a_gate_opened_too_late_makes_its_event_late(theatre):
    gate = Gate()
    viewer = theatre.play([gate, b"x"])
    theatre.clock.advance(3.0)
    gate.open(1.0)
    theatre.clock.advance(0.0)
    assert viewer.got == [(3.0, b"x")]
    assert viewer.deliveries[0].late == 2.0


def test_a_gate_opened_while_its_stream_is_parked_is_remembered(theatre):
    gate = Gate()
    viewer = theatre.play([b"ab", gate, b"c"], room=1)
    gate.open(1.0)
    theatre.clock.advance(2.0)
    assert viewer.data == b"ab"
    viewer.read_on()
    assert viewer.data == b"abc"
    assert viewer.outcomes == [("done", 3)]


def test_a_stream_parked_at_a_gate_and_resumed_still_waits_for_it(theatre):
    gate = Gate()
    viewer = theatre.play([b"ab", gate, b"c"], room=1)
    viewer.read_on()
    assert viewer.data == b"ab"
    gate.open(1.0)
    theatre.clock.advance(1.0)
    assert viewer.data == b"abc"


def test_what_is_left_of_a_large_step_does_not_wait_for_the_gate_behind_it(theatre):
    gate = Gate()
    viewer = theatre.play([b"x" * SLICE * 2, gate, b"end"], room=1)
    assert len(viewer.data) == SLICE
    viewer.read_on()
    assert len(viewer.data) == SLICE * 2
    gate.open(1.0)
    theatre.clock.advance(1.0)
    assert viewer.outcomes == [("done", SLICE * 2 + 3)]


def test_a_write_that_breaks_on_what_is_left_aborts_the_stream(theatre):
    error = OSError("gone")
    error.expected = True
    viewer = theatre.play([b"x" * SLICE * 2, Gate(), b"end"], room=1)

    def write(_data: bytes) -> None:
        raise error

    viewer.stream.write = write
    viewer.read_on()
    assert theatre.errors == [error]
    assert viewer.endings == [Ending.ABORT]


def test_a_gate_opened_for_a_stream_that_was_dropped_plays_nothing(theatre):
    gate = Gate()
    viewer = theatre.play([gate, b"a"])
    theatre.player.drop(viewer.stream, "client_gone")
    gate.open(1.0)
    theatre.clock.advance(2.0)
    assert viewer.data == b""
    assert theatre.player.waiting == 0
    assert viewer.outcomes == [("client_gone", 0)]


def test_gates_work_between_runs_and_on_sockets(theatre):
    gate = Gate()
    events = Run([(b"<", b">")] * 3, b"|", [1.0] * 3)
    wire = theatre.wire([events, gate, b"between", Run([(b"<", b">")] * 2, b"|", [1.0] * 2)])
    theatre.clock.advance(5.0)
    assert wire.read_all() == b"<|>" * 3
    gate.open(5.5)
    theatre.clock.advance(5.0)
    assert wire.read_all() == b"<|>" * 3 + b"between" + b"<|>" * 2
    assert wire.deliveries[0].events == theatre.lateness.late.total == 6


def test_gates_in_the_background_are_waited_at(theatre):
    gate, seen = Gate(), []

    def steps() -> Iterator[Step]:
        yield gate
        seen.append(theatre.clock.monotonic())

    theatre.player.background(Plan(steps()))
    gate.open(2.0)
    theatre.clock.advance(5.0)
    assert seen == [2.0]
    assert theatre.lateness.late.total == 0


def test_the_time_to_the_first_event_counts_from_the_start_of_the_plan(theatre):
    theatre.clock.advance(10.0)
    viewer = theatre.play([b"head", Run([(b"<", b">")] * 2, b"", [0.5, 0.25])], start=9.75)
    theatre.clock.advance(5.0)
    assert (viewer.deliveries[0].first_due, viewer.deliveries[0].first_at) == (0.5, 0.5)
    assert theatre.lateness.ttft_planned.histogram().max == 0.5


def test_a_run_that_begins_late_is_late(theatre):
    viewer = theatre.play([Run([(b"<", b">")] * 2, b"", [0.5, 0.5])], start=-0.75)
    assert viewer.got == [(0.0, b"<>")]
    assert theatre.player._tally.slot * viewer.stream.late == 0.25


# -- answers that wait before they begin ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "late"),
    [
        ([0.25, b"whole"], 0.75),
        ([0.25, b"head", b"body", Ending.CLOSE], 0.75),
        ([0.25, 0.5, b"a"], 0.25),
        ([Until(Gate(), 0.5), b"a"], 0.5),
        ([0.25, b"a", 2.0, b"b"], 0.75),
        ([0.25, b"a", 0.5, b"b", 0.125, b"c"], 0.75),
        ([0.25, b"x" * (3 * SLICE)], 0.75),
        ([1.0, b"a"], 0.0),
    ],
    ids=["whole", "in parts", "two waits", "a bound", "a pause behind it", "pauses that are over", "large", "just in time"],
)
def test_an_answer_whose_moment_has_passed_when_it_is_read_is_late(theatre, steps, late):
    viewer = theatre.play(steps, start=-1.0)
    theatre.clock.advance(5.0)
    assert counted(theatre, "late") == (1, late, late)
    assert (theatre.lateness.waits, theatre.lateness.events) == (1, 0)
    assert viewer.deliveries[0].late == late


@pytest.mark.parametrize("jump", [0.0, 0.5])
def test_an_answer_tells_how_late_the_wheel_was_for_it(theatre, jump):
    viewer = theatre.play([1.0, b"whole"])
    theatre.clock.jump(1.0 + jump)
    assert counted(theatre, "late") == (1, jump, jump)
    assert viewer.deliveries[0].late == jump


@pytest.mark.parametrize(
    "steps",
    [[b"whole"], [0.0, b"whole"], [b"head", 0.5, b"body"], [b"head", 0.5, b"x" * SLICE], [0.5, Ending.CLOSE]],
    ids=["whole", "no time", "a head", "a large body", "nothing"],
)
def test_what_is_to_begin_at_once_or_never_is_not_counted(theatre, steps):
    viewer = theatre.play(steps, start=-1.0)
    assert counted(theatre, "late") == (0, 0.0, 0.0)
    assert viewer.deliveries[0].late == 0.0


@pytest.mark.parametrize(
    "steps",
    [[Run([(b"<", b">")], b"", [0.5])], [0.5, Run([(b"<", b">")], b"", [0.0])], [0.5, b"a", SENT]],
    ids=["a run", "a run behind a wait", "a mark"],
)
@pytest.mark.parametrize("start", [-1.0, 0.0], ids=["late", "on time"])
def test_what_begins_with_an_event_is_counted_as_that_alone(theatre, steps, start):
    theatre.play(steps, start=start)
    theatre.clock.advance(1.0)
    assert (theatre.lateness.late.total, theatre.lateness.waits, theatre.lateness.events) == (1, 0, 1)


def test_an_answer_that_its_client_held_up_tells_nothing_of_the_server(theatre):
    viewer = theatre.play([0.5, b"whole"])
    theatre.player.park(viewer.stream)
    theatre.clock.advance(2.0)
    viewer.read_on()
    assert viewer.data == b"whole"
    assert theatre.lateness.late.total == 0


PART, WAIT = st.sampled_from([b"a", b"x" * SLICE]), st.sampled_from([0.25, 0.5, 0.0])
STEPS = st.tuples(WAIT, PART, st.lists(WAIT | PART, max_size=3)).map(lambda made: [*made[:2], *made[2]])
EVENTS = st.lists(WAIT, max_size=4)
WAKES = st.lists(st.sampled_from([1.125, 0.5, 0.25, 0.125]), max_size=5)


def in_a_run(waits: list[float]) -> list[Step]:
    return [Run([(b"<", b">")] * len(waits), b"|", waits)]


def one_by_one(waits: list[float]) -> list[Step]:
    return [step for wait in waits for step in (wait, b"x", SENT)]


@pytest.mark.parametrize("spell", [in_a_run, one_by_one])
@pytest.mark.parametrize("wired", [False, True], ids=["transport", "socket"])
@given(steps=STEPS, waits=EVENTS, behind=st.sampled_from([0.0, 0.25, 0.5, 3.0]), wakes=WAKES)
def test_what_is_counted_follows_from_the_plan_whenever_the_server_wakes(
    make_theatre, wired, spell, steps, waits, behind, wakes
):
    dues = list(accumulate(step if isinstance(step, float) else 0.0 for step in steps))
    events = list(accumulate(waits, initial=dues[-1]))[1:]
    beginning = dues[:1] if dues[0] > 0.0 and events[:1] != dues[:1] else []
    awake = list(accumulate(wakes, initial=behind))
    lates = [next((at - due for at in awake if at >= due), 0.0) for due in [*beginning, *events]]

    theatre = make_theatre()
    theatre.high = inf
    viewer = (theatre.wire if wired else theatre.play)([*steps, *spell(waits)], start=-behind)
    for wake in wakes:
        theatre.clock.jump(wake)
    theatre.clock.advance(20.0)
    theatre.close()
    lateness, (delivery,) = theatre.lateness, viewer.deliveries
    assert counted(theatre, "late") == (len(lates), sum(lates), max(lates, default=0.0))
    assert (lateness.waits, lateness.events, delivery.events) == (len(beginning), len(events), len(events))
    assert delivery.late == max(lates, default=0.0)
