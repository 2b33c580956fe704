from __future__ import annotations

from understudy.faults.late_headers import FAULT


def test_the_head_is_late(play):
    for way in ({}, {"stream": False}):
        assert play("late-headers;for=1500ms", **way) == [1.5, *play("malformed;event=9", **way)]


def test_a_drawn_one_is_short(context):
    assert FAULT.drawn(context().random).seconds <= 0.005
