from __future__ import annotations

import pytest

from understudy.recorder.pieces import gaps, milliseconds, pieces
from understudy.recorder.utterance import Utterance


def heard(*said, kind="text"):
    found = Utterance()
    for at, text in said:
        found.say(kind, text, at)
    return found


def test_times_are_rounded():
    assert [milliseconds(s) for s in (0.0123456, -1e-9)] == [12.35, 0.0]


def test_a_cut_by_tokens_needs_no_pieces():
    assert pieces(heard((0, "The"), (0, " sky"))) == []
    assert pieces(heard((0, "The s"), (0, "ky"))) == ["The s", "ky"]


def test_events_of_one_token_keep_their_gaps():
    assert gaps(heard((0.3, "The"), (0.31, " sky"), (0.35, " is"))) == (0.3, [10.0, 40.0])


def test_events_of_several_tokens_share_their_wait():
    first, found = gaps(heard((0.3, "The sky"), (0.36, " is blue now")))
    assert (first, found) == (0.3, [0.0, 20.0, 20.0, 20.0])


def test_what_is_cut_anew_keeps_its_beginning_and_its_end():
    first, found = gaps(heard((0.1, "The s"), (0.2, "ky is"), (0.4, " blue"), kind="reasoning"))
    assert first == 0.1
    assert sum(found) == pytest.approx(300)


def test_nothing_said_takes_no_time():
    assert gaps(Utterance()) == (0.0, [])
