"""Beats of a run, and their sizes, whether many streams share them or one has them alone."""

from __future__ import annotations

import pytest

from understudy.model.steady import Numbered, Steady

BEATS = [(b"a", b"b", b""), (b"cc", b"d"), (b"e", b"")]


NUMBERED = Numbered(BEATS[0], [2], [(b"no",), (b"x", b"y"), BEATS[1]], [2, 5, 6], BEATS[2], 3)


def test_beats_by_number_are_those_beats():
    assert list(NUMBERED) == NUMBERED[:] == [NUMBERED[place] for place in range(3)] == BEATS
    assert NUMBERED[-1] == BEATS[-1]
    with pytest.raises(IndexError):
        NUMBERED[3]


@pytest.mark.parametrize("beats", [BEATS, NUMBERED])
def test_sizes_count_the_joints(beats):
    steady = Steady(0.1, 0.2, 2, lambda: beats, 3)
    joined = [len(b"---".join(beat)) for beat in BEATS]
    for begin in range(4):
        for end in range(begin, 4):
            assert steady.size(begin, end) == sum(joined[begin:end])


def test_beats_are_made_once_when_they_are_asked_for():
    made = []
    steady = Steady(0.1, 0.2, 2, lambda: made.append(1) or BEATS, 0)
    assert made == []
    assert steady.beats is steady.beats is BEATS
    assert made == [1]


def test_beats_that_could_not_be_made_are_asked_for_again():
    tries = iter([None, BEATS])

    def make():
        made = next(tries)
        if made is None:
            raise RuntimeError("not now")
        return made

    steady = Steady(0.1, 0.2, 2, make, 0)
    with pytest.raises(RuntimeError):
        _ = steady.beats
    assert steady.beats is BEATS
