from __future__ import annotations

from understudy.timing.fixed import Fixed


def test_it_waits_the_same_every_time():
    assert Fixed.build("20ms").draw(None, "anything") == 0.02
