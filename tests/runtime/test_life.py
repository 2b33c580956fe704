"""The ends of a connection are what `test_connection_endings` and `test_connection_patience` show; here is their order."""

from __future__ import annotations

from understudy.runtime.life import Life


def test_a_connection_ends_in_two_steps():
    assert list(Life) == [Life.OPEN, Life.DRAINING, Life.CLOSED]
