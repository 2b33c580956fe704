"""Lines by least squares."""

from __future__ import annotations

import pytest

from understudy.fitting.line import through


def test_points_on_a_line_give_that_line():
    found = through([1, 2, 3, 10], [5, 7, 9, 23])
    assert (found.start, found.slope, found.error, found.explained) == pytest.approx((3, 2, 0, 1))


def test_points_beside_it_give_the_line_with_the_least_squares():
    found = through([0, 1, 2, 3], [1, 3, 2, 5])
    assert (found.start, found.slope) == pytest.approx((1.1, 1.1))
    assert found.error == pytest.approx((2.7 / 2 / 5) ** 0.5)
    assert found.explained == pytest.approx(1 - 2.7 / 8.75)


@pytest.mark.parametrize("xs", [[], [1, 2], [3, 3, 3, 3]])
def test_too_few_places_give_none(xs):
    assert through(xs, [1.0] * len(xs)) is None
