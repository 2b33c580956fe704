from __future__ import annotations

import pytest

from understudy.timing.fixed import Fixed
from understudy.timing.uniform import Uniform


def test_it_is_uniform(follows):
    follows(Uniform(1.0, 3.0), lambda x: min(max((x - 1.0) / 2.0, 0.0), 1.0), spread=0.6)


def test_it_stays_between_its_bounds_and_fills_them(random):
    drawn = Uniform(1.0, 3.0).waits(random, "x", 20_000)
    assert 1.0 <= min(drawn) < 1.001
    assert 2.999 < max(drawn) < 3.0


def test_bounds_may_meet():
    assert Uniform.build({"min": 5, "max": 5}) == Fixed(0.005)


def test_mistakes_are_named():
    with pytest.raises(ValueError, match=r"^uniform max: duration 'x': expected milliseconds, or"):
        Uniform.build({"min": 5, "max": "x"})
