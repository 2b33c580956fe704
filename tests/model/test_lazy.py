"""Sequences of what is made when it is looked at."""

from __future__ import annotations

import pytest

from understudy.model.lazy import Made


def test_what_is_made_is_made_each_time_and_only_where_it_is_looked_at():
    asked = []
    made = Made(5, lambda place: asked.append(place) or str(place))
    assert (len(made), asked) == (5, [])
    assert (made[3], made[-1], made[1:3], made[5:]) == ("3", "4", ["1", "2"], [])
    assert asked == [3, 4, 1, 2]
    assert list(made) == ["0", "1", "2", "3", "4"]
    with pytest.raises(IndexError):
        made[5]
