from __future__ import annotations

import pytest

from understudy.faults import Place, parse
from understudy.faults.trickle import FAULT
from understudy.model.plan import Ending, Gate, Until


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


@pytest.mark.parametrize("at", [-1.0, 3.0, 9.0, 9.5])
def test_a_gate_and_an_ending_pass(context, opening, timed, at):
    found = timed(FAULT(bytes_per_second=1).on_steps([b"ab", 7.0, opening(at), b"c", Ending.CLOSE], context()))
    begun = max(7.0, at)
    assert found == [(1.0, b"a"), (2.0, b"b"), (begun + 1, b"c"), (begun + 1, Ending.CLOSE)]


@pytest.mark.parametrize(("at", "sent"), [(-9.0, 4.5), (0.5, 5.0), (1.5, 6.0), (3.5, 8.0), (9.0, 13.5)])
def test_a_wait_behind_a_gate_is_over_when_it_would_have_been(context, opening, timed, at, sent):
    found = timed(FAULT(bytes_per_second=1).on_steps([b"abc", opening(at), 3.5, b"d"], context()))
    assert found == [(1.0, b"a"), (2.0, b"b"), (3.0, b"c"), (sent, b"d")]


def test_a_bound_is_over_when_it_would_have_been(context, opening, timed):
    waits = [Until(opening(9.0), 2.0), Until(opening(9.0), 2.5), Until(opening(6.0), 9.0)]
    steps = [b"abc", waits[0], b"d", waits[1], b"e", waits[2], b"f"]
    found = timed(FAULT(bytes_per_second=1).on_steps(steps, context()))
    assert found[2:] == [(3.0, b"c"), (4.0, b"d"), (5.5, b"e"), (7.0, b"f")]
    assert [(wait.opened, wait.waited) for wait in waits] == [(False, 2.0), (False, 2.5), (True, 1.5)]


def test_what_nobody_plays_has_open_gates(context):
    gate = Gate()
    steps = list(FAULT(bytes_per_second=1).on_steps([b"a", gate, b"b"], context()))
    assert [step for step in steps if not isinstance(step, Until)] == [1.0, b"a", 1.0, b"b"]


def test_a_drawn_one_is_fast(context):
    assert FAULT.drawn(context().random).bytes_per_second >= 1_000_000


@pytest.mark.parametrize(
    ("place", "stream", "found"),
    [("", False, True), (";at=end", False, False), (";at=end", True, True), (";at=after-headers", False, False)],
)
def test_where_nothing_comes_there_is_nothing_to_slow(context, place, stream, found):
    (armed,) = parse(f"trickle{place}")
    where = context(stream=stream)
    where.size, where.chunked = None if stream else 0, True
    assert armed.fault.finds(where) == found


@pytest.mark.parametrize(("byte", "found"), [(4, True), (5, False)])
def test_behind_its_last_byte_an_answer_is_over(context, byte, found):
    where = context(stream=False)
    where.size = 5
    assert FAULT(at=Place("byte", byte)).finds(where) == found
