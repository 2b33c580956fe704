"""Plans as text."""

from __future__ import annotations

import pytest

from understudy.model.plan import SENT, Ending, Gate, Run, Until
from understudy.model.transcript import transcript

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
    assert transcript([0.5, gate, Until(gate, 1.0), b"a", SENT]) == "+0.500 send 1\n  | a\n"
