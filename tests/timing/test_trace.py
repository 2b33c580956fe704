from __future__ import annotations

import pytest

from understudy import timing
from understudy.engine.decision import decide
from understudy.timing.trace import Trace

GAPS = (0.01, 0.02, 0.05)


def test_gaps_are_replayed_in_order_and_again(random):
    law = Trace.build({"gaps": ["10ms", 20, "0.05s"]})
    law.prepare()
    assert law == Trace(GAPS)
    assert law.waits(random, "itl", 7) == (*GAPS, *GAPS, 0.01)
    assert law.waits(random, "itl", 2, first=4) == (0.02, 0.05)
    assert law.draw(random, "ttft") == 0.01


def test_a_row_may_begin_anywhere():
    law = Trace.build({"gaps": [10, 20, 50], "start": "random"})
    begun = [law.waits(decide(str(i).encode(), 0), "itl", 4) for i in range(30)]
    assert {row[0] for row in begun} == set(GAPS)
    assert all(row[1] == GAPS[(GAPS.index(row[0]) + 1) % 3] and row[3] == row[0] for row in begun)
    assert {law.draw(decide(str(i).encode(), 0), "ttft") for i in range(30)} == set(GAPS)


def test_its_law_is_that_of_the_gaps():
    law = Trace((0.05, 0.01, 0.02))
    assert [law.quantile(p) for p in (0.01, 1 / 3, 0.5, 0.67, 0.99)] == [0.01, 0.01, 0.02, 0.05, 0.05]
    assert law.mean == pytest.approx(0.08 / 3)


def test_gaps_in_a_file(random):
    text = '# measured\ngap,at\n10,0\n\n"20ms",1 # slow\n0.05s\n'
    assert timing.build({"trace": {"file": "gaps.csv"}}, {"gaps.csv": text}.__getitem__) == Trace(GAPS)


@pytest.mark.parametrize("heading", ["gap", "gap_ms", "Gap (ms)", '"itl"', "nanoseconds", "ms"])
def test_a_heading_is_the_name_of_a_column(heading):
    assert Trace.build({"file": "gaps.csv"}, {"gaps.csv": f"{heading}\n10\n"}.__getitem__) == Trace((0.01,))


def test_gaps_may_be_in_scientific_notation():
    text = "# written by numpy\n2.000000000000000042e-02\n1.500000000000000000e+01\n1E2,5\n"
    assert Trace.build({"file": "gaps.csv"}, {"gaps.csv": text}.__getitem__) == Trace((0.00002, 0.015, 0.1))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "trace {}: expected {gaps: [DURATION, ...]} or {file: NAME}, with start or without"),
        ({"gaps": [1], "file": "a"}, "trace {'gaps': [1], 'file': 'a'}: expected {gaps: [DURATION, ...]} or {file: NAME}"),
        ({"gaps": 1}, "trace gaps 1: expected a list of durations"),
        ({"gaps": []}, "trace: expected 1 to 200000 gaps, got none"),
        ({"gaps": [1] * 200_001}, "trace: expected 1 to 200000 gaps, got more"),
        ({"gaps": [1, "x"]}, "trace gap 2: duration 'x': expected milliseconds, or"),
        ({"gaps": [1], "start": "last"}, "trace start 'last': expected first or random"),
        ({"file": ""}, "trace file '': expected the name of a file"),
        ({"file": "bad.csv"}, "bad.csv:2: duration 'soon': expected milliseconds, or"),
        ({"file": "odd.csv"}, "odd.csv:1: duration '-5': expected milliseconds, or"),
        ({"file": "letter.csv"}, "letter.csv:1: duration 'O.5': expected milliseconds, or"),
        ({"file": "nan.csv"}, "nan.csv:1: duration 'NaN': expected milliseconds, or"),
        ({"file": "inf.csv"}, "inf.csv:1: duration 'inf': expected milliseconds, or"),
        ({"file": "two.csv"}, "two.csv:2: duration 'gap': expected milliseconds, or"),
        ({"file": "empty.csv"}, "trace: expected 1 to 200000 gaps, got none"),
    ],
)
def test_mistakes_are_named(value, message):
    files = {"bad.csv": "10\nsoon\n", "empty.csv": "gap\n", "odd.csv": "-5\n", "two.csv": "gap\ngap\n1\n"}
    files |= {"letter.csv": "O.5\n1\n", "nan.csv": "NaN\n1\n", "inf.csv": "inf\n1\n"}
    with pytest.raises(ValueError) as caught:
        Trace.build(value, files.__getitem__)
    assert str(caught.value).startswith(message)


def test_files_are_for_scripts_in_files():
    with pytest.raises(ValueError, match=r"^file 'a': expected the values themselves, for only scripts that are files"):
        timing.build({"trace": {"file": "a"}})
