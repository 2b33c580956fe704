from __future__ import annotations

import math

import pytest

from understudy.timing.exponential import Exponential


def test_it_is_exponential(follows):
    follows(Exponential.build({"mean": "20ms"}), lambda x: -math.expm1(-x / 0.02), spread=0.02)


def test_its_tail_is_not_cut(random):
    drawn = Exponential(1.0).waits(random, "x", 200_000)
    assert sum(wait > math.log(4096) for wait in drawn) == pytest.approx(200_000 / 4096, rel=0.4)
    assert max(drawn) > math.log(65536)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "exponential {}: expected {mean: DURATION}"),
        ({"mean": 0}, "exponential mean 0: expected a duration above 0"),
        ({"mean": "x"}, "exponential mean: duration 'x': expected milliseconds, or"),
    ],
)
def test_mistakes_are_named(value, message):
    with pytest.raises(ValueError) as caught:
        Exponential.build(value)
    assert str(caught.value).startswith(message)
