from __future__ import annotations

from understudy.engine.decision import Decision, decide
from understudy.timing.uniform import Uniform


def test_it_stays_between_its_bounds_and_fills_them():
    drawn = [Uniform(1.0, 3.0).draw(decide(str(i).encode(), 0), "x") for i in range(1000)]
    assert 1.0 <= min(drawn) < 1.02
    assert 2.98 < max(drawn) < 3.0


def test_bounds_may_meet():
    assert Uniform.build({"min": 5, "max": 5}).draw(Decision(bytes(16)), "x") == 0.005
