"""What an engine has counted, and two engines counted as one."""

from __future__ import annotations

from understudy.capacity import Snapshot


def test_two_engines_are_counted_as_one_that_is_as_full_as_the_fuller():
    one = Snapshot(1, 2, 3, 4, 5, 6, 7, 8, 0.25)
    other = Snapshot(10, 20, 30, 40, 50, 60, 70, 80, 0.5)
    assert one.beside(other) == other.beside(one) == Snapshot(11, 22, 33, 44, 55, 66, 77, 88, 0.5)


def test_engines_counted_as_one_have_the_adapters_of_both():
    one, other = Snapshot(running_adapters=("a",)), Snapshot(running_adapters=("b",), waiting_adapters=("c",))
    assert one.beside(other) == Snapshot(running_adapters=("a", "b"), waiting_adapters=("c",))
