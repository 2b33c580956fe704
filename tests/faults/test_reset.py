from __future__ import annotations

from understudy.model.plan import Ending


def test_the_connection_is_reset_at_the_place_and_nothing_comes_behind_it(ended):
    comes, expected = ended("reset", Ending.ABORT)
    assert comes == expected
