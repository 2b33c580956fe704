"""Gates that are waited at for so long at most."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from understudy.model.plan import Gate, Plan, Run, Step, Until
from understudy.runtime.stream import Place


def test_a_gate_that_opens_in_time_is_passed_at_its_moment(theatre):
    gate = Gate()
    wait = Until(gate, 5.0)
    viewer = theatre.play([1.0, wait, b"a", 1.0, b"b"])
    theatre.clock.advance(3.0)
    gate.open(3.0)
    assert gate.heard is None
    theatre.clock.advance(10.0)
    assert viewer.times == [3.0, 4.0]
    assert (wait.opened, wait.waited, gate.at) == (True, 2.0, None)
    assert [(delivery.events, delivery.late) for delivery in viewer.deliveries] == [(1, 0.0)]


def test_one_that_does_not_open_holds_nobody_longer(theatre):
    gate = Gate()
    wait = Until(gate, 2.0)
    viewer = theatre.play([1.0, wait, b"a", 1.0, b"b"])
    theatre.clock.advance(10.0)
    assert viewer.times == [3.0, 4.0]
    assert (wait.opened, wait.waited, gate.heard) == (False, 2.0, None)
    assert [delivery.events for delivery in viewer.deliveries] == [0]


def test_a_gate_that_did_not_open_in_time_can_be_waited_at_again(theatre):
    gate = Gate()
    viewer = theatre.play([Until(gate, 1.0), b"a", Until(gate, 1.0), b"b", gate, b"c", 1.0, b"d"])
    theatre.clock.advance(5.0)
    assert viewer.times == [1.0, 2.0]
    gate.open(5.0)
    theatre.clock.advance(5.0)
    assert viewer.times == [1.0, 2.0, 5.0, 6.0]
    assert [delivery.events for delivery in viewer.deliveries] == [1]


def test_a_gate_that_opens_between_two_waits_lets_the_second_pass(theatre):
    gate = Gate()
    first, second = Until(gate, 1.0), Until(gate, 1.0)
    viewer = theatre.play([first, 2.0, b"a", second, b"b"])
    theatre.clock.advance(1.5)
    gate.open(1.5)
    theatre.clock.advance(5.0)
    assert viewer.times == [3.0]
    assert (first.opened, second.opened, second.waited) == (False, True, -1.5)


@pytest.mark.parametrize("before", [True, False], ids=["opened before", "opened after"])
@pytest.mark.parametrize(
    ("at", "opened", "times"), [(1.5, True, [1.5, 2.5]), (2.0, False, [2.0, 3.0]), (2.5, False, [2.0, 3.0])]
)
def test_a_gate_opened_for_later_is_open_in_time_or_not(theatre, before, at, opened, times):
    gate = Gate()
    wait = Until(gate, 2.0)
    if before:
        gate.open(at)
    viewer = theatre.play([wait, b"a", 1.0, b"b"])
    if not before:
        theatre.clock.advance(1.0)
        gate.open(at)
    theatre.clock.advance(10.0)
    assert (viewer.times, wait.opened) == (times, opened)
    assert gate.at == (None if opened else at)


@pytest.mark.parametrize(
    ("at", "seconds", "opened", "waited"),
    [
        (None, 0.0, False, 0.0),
        (None, -1.0, False, -1.0),
        (0.5, -1.0, True, -1.5),
        (1.5, -1.0, False, -1.0),
        (2.0, 0.0, False, 0.0),
    ],
)
def test_where_no_time_is_left_the_gate_is_open_or_not(theatre, at, seconds, opened, waited):
    gate = Gate()
    if at is not None:
        gate.open(at)
    wait = Until(gate, seconds)
    viewer = theatre.play([2.0, wait, b"a"])
    theatre.clock.advance(5.0)
    assert viewer.times == [2.0]
    assert (wait.opened, wait.waited) == (opened, waited)


def test_without_a_bound_it_is_a_gate(theatre):
    gate = Gate()
    wait = Until(gate)
    viewer = theatre.play([b"a", wait, b"b"])
    theatre.clock.advance(5.0)
    assert (viewer.stream.place, theatre.player.waiting, theatre.clock.pending) == (Place.GATE, 0, 0)
    gate.open(7.0)
    theatre.clock.advance(5.0)
    assert viewer.times == [0.0, 7.0]
    assert wait.waited == 7.0


def test_nothing_is_left_of_a_bound_once_the_gate_is_open(theatre):
    gate = Gate()
    viewer = theatre.play([Until(gate, 5.0), b"a", Gate(), b"b"])
    gate.open(0.0)
    theatre.clock.advance(1.0)
    assert viewer.data == b"a"
    assert (theatre.player.waiting, theatre.clock.pending) == (0, 0)
    theatre.clock.advance(9.0)
    assert viewer.data == b"a"


def test_nothing_is_left_of_a_stream_that_is_dropped(theatre):
    gate = Gate()
    viewer = theatre.play([Until(gate, 5.0), b"a"])
    theatre.player.drop(viewer.stream, "client_gone")
    assert theatre.player.waiting == 0
    gate.open(1.0)
    assert theatre.player.waiting == 0
    theatre.clock.advance(10.0)
    assert viewer.outcomes == [("client_gone", 0)]


@pytest.mark.parametrize("at", [1.0, None])
def test_a_stream_whose_client_does_not_read_goes_on_with_what_came_first(theatre, at):
    gate = Gate()
    wait = Until(gate, 2.0)
    viewer = theatre.play([b"ab", wait, b"c", 9.0, b"d"], room=1)
    if at is not None:
        gate.open(at)
    theatre.clock.advance(4.0)
    assert viewer.data == b"ab"
    viewer.read_on()
    assert (viewer.data, wait.opened, viewer.stream.due) == (b"abc", at is not None, 11.0 - (at is not None))
    theatre.clock.advance(20.0)
    assert viewer.data == b"abcd"


def test_a_stream_whose_client_reads_again_in_time_still_waits(theatre):
    gate = Gate()
    viewer = theatre.play([b"ab", Until(gate, 2.0), b"c"], room=1)
    viewer.read_on()
    theatre.clock.advance(1.0)
    gate.open(1.0)
    theatre.clock.advance(0.0)
    assert viewer.times == [0.0, 1.0]


def test_a_gate_that_is_opened_as_the_time_is_over_is_passed_once(theatre):
    gate = Gate()

    def opens() -> Iterator[Step]:
        yield 1.0
        gate.open(1.0)

    theatre.player.background(Plan(opens()))
    wait = Until(gate, 2.0)
    viewer = theatre.play([wait, b"a", 9.0, b"b"])
    theatre.clock.jump(3.0)
    assert (viewer.data, wait.opened) == (b"a", True)
    theatre.clock.advance(6.5)
    assert viewer.data == b"a"
    theatre.clock.advance(1.0)
    assert viewer.times == [3.0, 10.0]


def test_bounds_stand_between_runs_and_on_sockets(theatre):
    gate = Gate()
    events = Run([(b"<", b">")] * 3, b"|", [1.0] * 3)
    wire = theatre.wire(
        [events, Until(gate, 1.0), b"late", Until(gate, 9.0), b"open", Run([(b"(", b")")] * 2, b"|", [1.0] * 2)]
    )
    theatre.clock.advance(4.5)
    assert wire.read_all() == b"<|>" * 3 + b"late"
    gate.open(5.0)
    theatre.clock.advance(5.0)
    assert wire.read_all() == b"<|>" * 3 + b"late" + b"open" + b"(|)" * 2
    assert wire.deliveries[0].events == 6


def test_a_bound_that_is_over_late_is_late_and_in_the_background_nothing(theatre):
    theatre.player.background(Plan([Until(Gate(), 1.0)]))
    theatre.clock.jump(2.0)
    assert theatre.lateness.late.total == 0
    theatre.play([Until(Gate(), 1.0), b"a"])
    theatre.clock.jump(2.0)
    assert theatre.lateness.late.total == 1
    assert theatre.lateness.late.histogram().quantile(1.0) == pytest.approx(1.0, rel=0.05)


def test_of_several_waits_before_an_answer_begins_the_last_counts(theatre):
    viewer = theatre.play([1.0, Until(Gate(), 1.0), b"a", 1.0, b"b"])
    theatre.clock.advance(5.0)
    assert viewer.data == b"ab"
    assert (theatre.lateness.late.total, theatre.lateness.waits, theatre.lateness.events) == (1, 1, 0)


def test_a_gate_open_since_ever_has_been_open_for_ever(theatre):
    gate = Gate()
    gate.open(-math.inf)
    wait = Until(gate, 1.0)
    viewer = theatre.play([1.0, wait, b"a"])
    theatre.clock.advance(1.0)
    assert viewer.times == [1.0]
    assert wait.waited == -math.inf
