from __future__ import annotations

import pytest

from understudy.faults.rechunk import FAULT


@pytest.mark.parametrize("size", [1, 7, 64, 500, 10_000])
@pytest.mark.parametrize("chunked", [True, False])
def test_the_body_is_the_same_in_pieces_of_that_size(size, chunked, play, body_of):
    steps, sound = play(f"rechunk;size={size}", chunked=chunked), body_of(play("malformed;event=9", chunked=chunked))
    assert body_of(steps) == sound
    pieces = -(-len(sound) // size)
    assert [step for step in steps if isinstance(step, float)] == [0.001] * (pieces - 1)
    assert len(steps) == 2 + 2 * pieces - 1


def test_a_wait_ends_a_piece(play):
    steps = play("rechunk;size=100000", waits=0.5)
    assert steps == play("malformed;event=9", waits=0.5)


def test_without_a_pause_only_the_chunks_are_cut(play, body_of):
    steps = play("rechunk;size=50;pause=0")
    assert all(isinstance(step, bytes) for step in steps)
    assert body_of(steps) == body_of(play("malformed;event=9"))


def test_a_whole_answer_comes_in_pieces_too(play):
    steps = play("rechunk;size=30", stream=False)
    assert [len(step) if isinstance(step, bytes) else step for step in steps] == [71, 30, 0.001, 30, 0.001, 4]


def test_a_drawn_one_is_legal(context):
    assert 7 <= FAULT.drawn(context().random).size <= 1000
