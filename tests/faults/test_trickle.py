from __future__ import annotations

import pytest

from understudy.faults.trickle import FAULT
from understudy.model.plan import Ending, Gate


def test_so_many_bytes_a_second_and_no_more(play):
    steps, sound = play("trickle;bytes-per-second=100"), b"".join(play("malformed;event=9"))
    assert b"".join(step for step in steps if isinstance(step, bytes)) == sound
    assert sum(step for step in steps if isinstance(step, float)) == pytest.approx(len(sound) / 100)
    assert max(len(step) for step in steps if isinstance(step, bytes)) == 2


def test_from_a_place_on(play):
    sound = play("malformed;event=9")
    assert play("trickle;event=3")[:3] == sound[:3]
    assert isinstance(play("trickle;event=3")[3], float)


def test_a_fast_connection_shifts_nothing(play):
    def moments(steps):
        now, found, data = 0.0, {}, b""
        for step in steps:
            if isinstance(step, float):
                now += step
            else:
                data += step
                found[len(data)] = now
        return found

    fast, sound = moments(play("trickle;bytes-per-second=1000000", waits=0.5)), moments(play("malformed;event=9", waits=0.5))
    assert all(fast[size] == pytest.approx(moment, abs=0.001) for size, moment in sound.items())


def test_a_gate_and_an_ending_pass(context):
    gate = Gate()
    steps = list(FAULT(bytes_per_second=1).on_steps([b"ab", 9.0, gate, b"c", Ending.CLOSE], context()))
    assert steps == [1.0, b"a", 1.0, b"b", 7.0, gate, 1.0, b"c", Ending.CLOSE]


def test_a_drawn_one_is_fast(context):
    assert FAULT.drawn(context().random).bytes_per_second >= 1_000_000
