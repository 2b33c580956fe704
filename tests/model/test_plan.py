"""Plans as text."""

from __future__ import annotations

import pytest

from understudy.model.plan import Ending, Gate, Run, Until, spelled_out, transcript

PRINTED = {
    "nothing": ([], "\n"),
    "lines": ([b"a\r\nb\n\nc"], "+0.000 send 7\n  | a\n  | b\n  | \n  | c\n"),
    "a last end of line": ([b"a\n"], "+0.000 send 2\n  | a\n"),
    "waits": ([b"a", 0.5, 0.25, b"b"], "+0.000 send 1\n  | a\n+0.750 send 1\n  | b\n"),
    "endings": ([1.0, Ending.CLOSE], "+1.000 close\n"),
    "abort": ([Ending.ABORT], "+0.000 abort\n"),
    "next": ([b"a", Ending.NEXT], "+0.000 send 1\n  | a\n+0.000 next\n"),
    "gates": ([0.5, Gate(), b"a"], "+0.500 gate\n+0.500 send 1\n  | a\n"),
    "gates with a bound": ([0.5, Until(Gate(), 0.25), b"a"], "+0.500 gate until +0.750\n+0.500 send 1\n  | a\n"),
    "gates without one": ([Until(Gate()), b"a"], "+0.000 gate\n+0.000 send 1\n  | a\n"),
    "runs": (
        [b"h", Run([(b"<", b">"), (b"(", b")")], b"|", [0.25, 0.0]), 0.5, b"e"],
        "+0.000 send 1\n  | h\n+0.250 send 3\n  | <|>\n+0.250 send 3\n  | (|)\n+0.750 send 1\n  | e\n",
    ),
    "hang": ([Ending.HANG], "+0.000 hang\n"),
    "odd bytes": (["é👍".encode() + b"\xff\x00\t"], "+0.000 send 9\n  | é👍\\xff\\x00\\t\n"),
}


@pytest.mark.parametrize(("steps", "text"), PRINTED.values(), ids=PRINTED)
def test_steps_are_printed(steps, text):
    assert transcript(steps) == text


def test_a_gate_that_is_open_is_nothing_to_see():
    gate = Gate()
    gate.open(0.0)
    assert transcript([0.5, gate, Until(gate, 1.0), b"a"]) == "+0.500 send 1\n  | a\n"


def test_a_run_is_spelled_out_as_waits_and_sends_and_nothing_else_is_touched():
    run = Run(((b"<", b">"), (b"(", b")")), b"|", iter([0.25, 0.0]), (b"e", b"d"))
    gate = Gate()
    assert list(spelled_out([b"h", run, gate, Ending.NEXT])) == [b"h", 0.25, b"<|>", b"(|)", b"e|d", gate, Ending.NEXT]


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
