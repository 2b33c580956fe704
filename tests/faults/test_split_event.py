from __future__ import annotations

import pytest

from understudy.faults.split_event import FAULT


def test_every_event_comes_in_two_pieces_with_a_pause(play, body_of):
    steps, sound = play("split-event"), play("malformed;event=9")
    assert body_of(steps) == body_of(sound)
    assert [step for step in steps if isinstance(step, float)] == [0.001] * 7
    assert len(steps) == len(sound) + 14


@pytest.mark.parametrize("byte", [1, 2, 20, 61, 62, 63, 64, 1000])
def test_it_is_cut_at_any_byte_and_never_into_nothing(byte, play, body_of):
    steps = play(f"split-event;byte={byte};event=3")
    assert body_of(steps) == body_of(play("malformed;event=9"))
    assert len([step for step in steps if isinstance(step, bytes)]) == 10


def test_the_place_is_drawn_from_the_decision(play):
    assert play("split-event", decision=1) == play("split-event", decision=1)
    assert play("split-event", decision=1) != play("split-event", decision=2)


def test_a_whole_answer_is_one_event(play):
    steps = play("split-event;byte=5", stream=False)
    assert [len(step) if isinstance(step, bytes) else step for step in steps] == [71, 5, 0.001, 59]


def test_without_a_pause_only_the_chunks_are_cut(play):
    assert not [step for step in play("split-event;pause=0") if isinstance(step, float)]


def test_it_is_legal():
    assert FAULT.legal
