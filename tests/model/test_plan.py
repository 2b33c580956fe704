"""What plans are made of."""

from __future__ import annotations

import pytest

from understudy.model.plan import SENT, Delivery, Ending, Gate, Run, Until, spelled_out


def test_a_run_is_spelled_out_as_waits_and_sends_and_gates_stay():
    run = Run(((b"<", b">"), (b"(", b")")), b"|", iter([0.25, 0.0]), (b"e", b"d"))
    gate = Gate()
    assert list(spelled_out([b"h", run, gate, SENT, Ending.NEXT])) == [b"h", 0.25, b"<|>", b"(|)", b"e|d", gate, Ending.NEXT]


def test_what_nobody_counted_is_nothing():
    assert Delivery("done", 5) == Delivery("done", 5, 0, 0.0, None, None, 0.0, None)


def test_a_gate_tells_whoever_waits_once():
    gate, heard = Gate(), []
    gate.heard = heard.append
    gate.open(1.0)
    assert (heard, gate.at, gate.heard) == ([1.0], None, None)


def test_a_gate_opened_before_anybody_waits_remembers_when():
    gate = Gate()
    gate.open(1.0)
    assert (gate.at, gate.heard) == (1.0, None)


def test_a_wait_that_nobody_played_met_an_open_gate():
    wait = Until(Gate(), 1.0)
    assert (wait.opened, wait.waited) == (True, 0.0)


@pytest.mark.parametrize(
    ("at", "over", "opened", "waited"),
    [
        (None, 15.0, False, 5.0),
        (12.0, 12.0, True, 2.0),
        (15.0, 15.0, False, 5.0),
        (16.0, 15.0, False, 5.0),
        (7.0, 10.0, True, -3.0),
    ],
)
def test_a_wait_is_over_when_the_gate_opens_or_the_time_is_over(at, over, opened, waited):
    gate = Gate()
    gate.at = at
    wait = Until(gate, 5.0)
    assert wait.begin(10.0) == wait.over == over
    gate.heard = print
    assert wait.end() is wait.opened is opened
    assert wait.waited == waited
    assert (gate.at, gate.heard) == (None if opened else at, None)


def test_what_counts_an_event_is_a_gate_that_never_shuts():
    wait = Until(SENT, 5.0)
    assert (wait.begin(10.0), wait.end(), wait.opened) == (10.0, True, True)
    assert (wait.begin(20.0), wait.end(), wait.opened) == (20.0, True, True)
