"""Times of other tools in the terms of a script."""

from __future__ import annotations

import pytest

from understudy.importing.pace import cut, even, measured, shown, spread


def test_pieces_of_about_a_size_come_at_exact_gaps():
    assert even(50, 20) == {"ttft": "50ms", "itl": "10ms", "chunk-tokens": 5}
    assert even(50, 1, first=5) == {"ttft": "5ms", "itl": "50ms"}


def test_known_pieces_are_timed_each():
    pieces = cut("one two three four", 9)
    assert pieces == ["one two t", "hree four"]
    timing = measured(pieces, [100, 40])
    assert timing["ttft"] == "100ms"
    assert sum(timing["itl"]["trace"]["gaps"]) == pytest.approx(40, abs=0.05)
    assert measured(pieces, [0]) == {}


def test_waits_that_vary():
    assert spread(100, 0) == "100ms"
    assert spread(100, 0.25) == {"uniform": {"min": "75ms", "max": "125ms"}}
    assert shown(1 / 3) == "0.333ms"
