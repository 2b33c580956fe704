from __future__ import annotations

import pytest

from understudy.faults.coalesce import FAULT
from understudy.model.plan import Ending, Gate, Until


@pytest.mark.parametrize(("count", "writes"), [(2, 4), (3, 3), (7, 1), (100, 1)])
@pytest.mark.parametrize("chunked", [True, False])
def test_events_come_together(count, writes, chunked, play, body_of):
    steps = play(f"coalesce;events={count}", chunked=chunked)
    assert body_of(steps) == body_of(play("malformed;event=9", chunked=chunked))
    assert len(steps) == writes + 2


def test_nothing_comes_before_it_is_due_and_the_end_is_when_it_was(play):
    steps = play("coalesce;events=4", waits=0.5)
    assert [step for step in steps if isinstance(step, float)] == [1.5, 1.5]


def test_gates_are_waited_at_as_they_come_and_what_is_kept_back_comes_before_an_ending(context):
    gate, until, head = Gate(), Until(Gate(), 9.0), b"HTTP/1.1 200 OK\r\n\r\n"
    where = context()
    where.head_bytes = len(head)
    steps = [head, b"a", 1.0, 2.0, gate, b"b", until, 1.0, b"c", gate, b"d", gate, b"e", 4.0, Ending.HANG]
    assert list(FAULT().on_steps(steps, where)) == [head, 3.0, gate, until, 1.0, gate, b"abcd", gate, 4.0, b"e", Ending.HANG]


def test_a_whole_answer_stays_as_it_is(play):
    assert b"".join(play("coalesce", stream=False)) == b"".join(play("malformed", stream=False))
