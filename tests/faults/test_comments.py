from __future__ import annotations

import pytest

from understudy.faults.comments import FAULT, Comments, pings
from understudy.model.plan import Gate, Until

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"


def test_they_come_before_every_event_unless_told_otherwise(play, body_of):
    lines = body_of(play("comments")).split(b"\n\n")[:-1]
    assert lines[::2] == [b": ping"] * 7
    assert all(line.startswith(b"data: ") for line in lines[1::2])


def test_they_fill_silence_and_shift_nothing(play):
    def moments(steps):
        now, found = 0.0, []
        for step in steps:
            if isinstance(step, float):
                now += step
            elif b": ping" not in step:
                found.append(round(now, 6))
        return found

    assert moments(play("comments;interval=70ms", waits=0.5)) == moments(play("malformed;event=9", waits=0.5))


def test_they_never_come_inside_an_event(play, body_of):
    body = body_of(play("split-event;pause=1s,comments;interval=100ms"))
    assert b": ping" not in body
    body = body_of(play("comments;interval=100ms,split-event;pause=1s", waits=1.0))
    assert body.count(b": ping\n\n") == 6 * 9


def test_they_come_in_streams_that_are_not_chunked(play, body_of):
    assert body_of(play("comments;interval=200ms", chunked=False, waits=0.5)).count(b": ping\n\ndata: ") == 6


def test_whole_answers_know_none(play):
    assert b"ping" not in b"".join(play("comments;events=1;interval=1ms", stream=False))


def test_a_gate_before_the_head_passes(context):
    gate = Gate()
    assert list(Comments(interval=0.1).on_steps([gate, b"x"], context())) == [gate, b"x"]


@pytest.mark.parametrize("bound", [None, 9.0, 0.2])
def test_they_come_while_a_gate_is_shut(context, opening, timed, bound):
    where = context()
    where.head_bytes, where.chunked = len(HEAD), False
    gates = [opening(at) for at in (0.25, 0.35, 0.55, 0.9)]
    waits = [gate if bound is None else Until(gate, bound) for gate in gates]
    steps = [HEAD, *(step for wait in waits for step in (wait, b"data: x\n\n"))]
    found = timed(Comments(interval=0.1).on_steps(steps, where))
    pings = [at for at, step in found if step == b": ping\n\n"]
    events = [at for at, step in found if step == b"data: x\n\n"]
    if bound == 0.2:
        assert (pings, events) == ([0.1, 0.3, 0.45, 0.65], [0.2, 0.35, 0.55, 0.75])
    else:
        assert (pings, events) == ([0.1, 0.2, 0.45, 0.65, 0.75, 0.85], [0.25, 0.35, 0.55, 0.9])


def test_a_gate_that_opens_with_an_interval_ends_it(context, opening, timed):
    where = context()
    where.head_bytes, where.chunked = len(HEAD), False
    found = timed(Comments(interval=0.1).on_steps([HEAD, 0.2, opening(0.4), b"data: x\n\n"], where))
    assert [at for at, step in found if b"ping" in step] == [0.1, 0.3]


@pytest.mark.parametrize(
    ("wait", "interval", "expected"),
    [
        (1.0, 0.5, [0.5, b"c", 0.5]),
        (1.0, 1.0, [1.0]),
        (0.05, 0.01, [0.01, b"c"] * 4 + [0.010000000000000002]),
        (0.4, 1.0, [0.4]),
        (0.0, 1.0, [0.0]),
    ],
)
def test_a_wait_is_cut_at_every_interval_before_its_end(wait, interval, expected):
    assert list(pings(wait, interval, b"c")) == expected


def test_a_drawn_one_is_legal(context):
    assert 1 <= FAULT.drawn(context().random).events <= 5
