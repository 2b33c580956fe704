from __future__ import annotations

import pytest

from understudy.model.plan import Ending

SOUND = "malformed;event=9"


@pytest.mark.parametrize(
    ("place", "sent"),
    [
        ("", 0),
        (";at=before-headers", 0),
        (";at=after-headers", 1),
        (";event=1", 1),
        (";event=7", 7),
        (";token=3", 4),
        (";at=end", 8),
        (";byte=0", 1),
        (";byte=112", 2),
    ],
)
def test_nothing_comes_behind_the_place(place, sent, play):
    assert play(f"close{place}") == [*play(SOUND)[:sent], Ending.CLOSE]


def test_a_place_in_time(play):
    assert play("close;time=600ms", waits=0.5) == [*play(SOUND, waits=0.5)[:4], 0.09999999999999998, Ending.CLOSE]


@pytest.mark.parametrize("place", ["event=8", "token=4", "byte=100000", "time=1h"])
def test_an_answer_without_the_place_is_sound(place, play):
    assert play(f"close;{place}") == play(SOUND)


def test_a_whole_answer_is_struck_too(play):
    *sent, end = play("close;byte=9", stream=False)
    assert b"".join(sent) == play(SOUND, stream=False)[0][: 71 + 9]
    assert end is Ending.CLOSE


def test_it_strikes_between_the_pieces_of_earlier_faults(play):
    assert play("split-event,close;byte=3")[-1] is Ending.CLOSE
