"""What an engine has counted, and two engines counted as one."""

from __future__ import annotations

from understudy.capacity import Snapshot
from understudy.capacity.snapshot import Counts


def test_two_engines_are_counted_as_one_that_is_as_full_as_the_fuller():
    one = Snapshot(1, 2, 0.25, 3, 4, 5, 6, 7, 8)
    other = Snapshot(10, 20, 0.5, 30, 40, 50, 60, 70, 80)
    assert one.beside(other) == other.beside(one) == Snapshot(11, 22, 0.5, 33, 44, 55, 66, 77, 88)


def test_a_snapshot_ends_with_all_that_is_counted():
    assert Snapshot.__struct_fields__[-len(Counts.__struct_fields__) :] == Counts.__struct_fields__
