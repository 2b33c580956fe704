from __future__ import annotations

import pytest

from understudy.faults.stall import FAULT

SOUND = "malformed;event=9"


def test_it_waits_half_a_minute_behind_the_head_and_goes_on(play):
    head, *rest = play(SOUND)
    assert play("stall") == [head, 30.0, *rest]


@pytest.mark.parametrize("place", ["event=3", "token=2", "byte=208"])
def test_the_place_may_be_chosen(place, play):
    sound = play(SOUND)
    assert play(f"stall;for=2s;{place}") == [*sound[:3], 2.0, *sound[3:]]


def test_the_time_comes_on_top_of_the_pace(play):
    assert sum(step for step in play("stall;for=2s;time=1s", waits=0.5) if isinstance(step, float)) == 5.0


@pytest.mark.parametrize("chunked", [True, False])
def test_with_pings_a_comment_comes_meanwhile(chunked, play, body_of):
    steps = play("stall;for=10s;event=3;ping=3s", chunked=chunked)
    assert [step for step in steps if isinstance(step, float)] == [3.0, 3.0, 3.0, 1.0]
    assert body_of(steps).replace(b": ping\n\n", b"") == body_of(play(SOUND, chunked=chunked))


@pytest.mark.parametrize("place", ["at=before-headers", "byte=20", "byte=10000"])
def test_where_a_comment_would_do_harm_none_comes(place, play):
    assert b"ping" not in b"".join(step for step in play(f"stall;ping=1s;{place}") if isinstance(step, bytes))


def test_a_whole_answer_gets_no_comment(play):
    head, wait, body = play("stall;ping=1s", stream=False)
    assert (head + body, wait) == (play(SOUND, stream=False)[0], 30.0)


def test_a_drawn_one_is_short(context):
    assert FAULT.drawn(context().random).seconds <= 0.005
