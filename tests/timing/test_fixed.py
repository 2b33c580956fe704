from __future__ import annotations

from understudy.timing.fixed import Fixed


def test_it_waits_the_same_every_time():
    law = Fixed.build("20ms")
    law.prepare()
    assert law.draw(None, "anything") == law.mean == law.quantile(0.99) == 0.02
    assert law.waits(None, "anything", 3, first=7) == [0.02, 0.02, 0.02]
