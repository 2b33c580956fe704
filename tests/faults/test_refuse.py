from __future__ import annotations

from understudy.faults.refuse import FAULT
from understudy.model.plan import Ending


def test_nothing_is_answered(play):
    assert play("refuse") == play("refuse", stream=False) == [Ending.CLOSE]


def test_it_strikes_connections():
    assert FAULT().on_accept(tls=False) == b""
