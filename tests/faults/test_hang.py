from __future__ import annotations

from understudy.model.plan import Ending


def test_the_connection_hangs_at_the_place_and_nothing_comes_behind_it(ended):
    comes, expected = ended("hang", Ending.HANG)
    assert comes == expected
