from __future__ import annotations

from understudy.model.plan import Ending


def test_the_connection_is_closed_at_the_place_and_nothing_comes_behind_it(ended):
    comes, expected = ended("close", Ending.CLOSE)
    assert comes == expected
