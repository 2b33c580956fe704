"""Plans as text."""

from __future__ import annotations

import pytest

from understudy.model.plan import Ending, transcript

PRINTED = {
    "nothing": ([], "\n"),
    "lines": ([b"a\r\nb\n\nc"], "+0.000 send 7\n  | a\n  | b\n  | \n  | c\n"),
    "a last end of line": ([b"a\n"], "+0.000 send 2\n  | a\n"),
    "waits": ([b"a", 0.5, 0.25, b"b"], "+0.000 send 1\n  | a\n+0.750 send 1\n  | b\n"),
    "endings": ([1.0, Ending.CLOSE], "+1.000 close\n"),
    "abort": ([Ending.ABORT], "+0.000 abort\n"),
    "hang": ([Ending.HANG], "+0.000 hang\n"),
    "odd bytes": (["é👍".encode() + b"\xff\x00\t"], "+0.000 send 9\n  | é👍\\xff\\x00\\t\n"),
}


@pytest.mark.parametrize(("steps", "text"), PRINTED.values(), ids=PRINTED)
def test_steps_are_printed(steps, text):
    assert transcript(steps) == text
