from __future__ import annotations

from understudy.model.plan import Ending


def test_the_answer_is_whole_and_the_connection_lost(play):
    for way in ({}, {"stream": False}):
        assert play("close-next", **way) == [*play("malformed;event=9", **way), Ending.NEXT]
