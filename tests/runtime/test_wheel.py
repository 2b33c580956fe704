"""The wheel gives back whoever is due, in order, and nobody early."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from understudy.runtime.wheel import Wheel

STEP = 1 / 1024


def taken(wheel: Wheel[str], now: float) -> list[str]:
    found: list[str] = []
    while more := wheel.take(now * wheel.rate, 1):
        found += [entry for _, entries in more for entry in entries]
    return found


def test_an_empty_wheel_has_no_first():
    wheel: Wheel[str] = Wheel(STEP)
    assert wheel.first() is None
    assert len(wheel) == 0


def test_a_slot_starts_when_its_last_entry_is_due():
    wheel: Wheel[str] = Wheel(STEP)
    assert wheel.start(wheel.slot(1.0)) == 1.0
    assert 1.0001 <= wheel.start(wheel.slot(1.0001)) <= 1.0 + STEP


def test_a_moment_a_hair_behind_a_slot_is_in_it():
    wheel: Wheel[str] = Wheel(STEP)
    assert wheel.slot(1.0 + STEP / 2000) == wheel.slot(1.0)


def test_a_wheel_with_steps_next_to_nothing_keeps_moments():
    wheel: Wheel[str] = Wheel(2.0**-80)
    for due in (0.1, 0.02, 1.1, 12345.678, 1e-6, 0.1 + 0.2):
        assert wheel.start(wheel.slot(due)) == due


def test_a_moment_lies_nearest_to_a_slot():
    wheel: Wheel[str] = Wheel(STEP)
    assert [wheel.nearest(slots * STEP) for slots in (3.0, 3.49, 3.51, 4.0)] == [3, 3, 4, 4]


def test_entries_of_a_slot_come_in_the_order_they_came():
    wheel: Wheel[str] = Wheel(STEP)
    for name in "abc":
        wheel.put(5, name)
    wheel.put(4, "-")
    wheel.put(6, "d")
    assert wheel.take(3.9, 100) == []
    assert wheel.take(5.5, 100) == [(4, ["-"]), (5, ["a", "b", "c"])]
    assert wheel.first() == 6


def test_so_many_are_taken_and_no_more():
    wheel: Wheel[str] = Wheel(STEP)
    for slot, name in enumerate("abcdef"):
        wheel.put(slot // 2, name)
    assert wheel.take(9.0, 3) == [(0, ["a", "b"]), (1, ["c"])]
    wheel.remove(1, "d")
    assert wheel.take(9.0, 3) == [(2, ["e", "f"])]
    assert wheel.take(9.0, 3) == []


def test_who_is_put_straight_into_a_slot_behind_what_was_taken_is_found():
    wheel: Wheel[str] = Wheel(STEP)
    wheel.put(5, "a")
    wheel.put(50, "z")
    assert wheel.take(5.0, 100) == [(5, ["a"])]
    wheel.slots[6] = ["b"]
    assert wheel.first() == 6


def test_an_entry_can_be_removed_and_empty_slots_go_with_their_last():
    wheel: Wheel[str] = Wheel(STEP)
    wheel.put(5, "a")
    wheel.put(5, "b")
    assert wheel.remove(5, "a")
    assert not wheel.remove(5, "a")
    assert not wheel.remove(6, "b")
    assert len(wheel) == 1
    assert wheel.remove(5, "b")
    assert wheel.first() is None
    assert wheel.slots == {}


def test_an_earlier_entry_becomes_the_first():
    wheel: Wheel[str] = Wheel(STEP)
    wheel.put(100_000, "late")
    assert wheel.first() == 100_000
    wheel.put(3, "early")
    assert wheel.first() == 3


def test_a_wait_of_a_day_takes_one_slot():
    wheel: Wheel[str] = Wheel(STEP)
    wheel.put(wheel.slot(86_400.0), "a")
    assert len(wheel.slots) == 1
    assert taken(wheel, 86_399.0) == []
    assert taken(wheel, 86_401.0) == ["a"]


@given(st.lists(st.tuples(st.floats(0, 1000), st.booleans()), max_size=60), st.lists(st.floats(0, 300), max_size=8))
def test_everybody_is_taken_once_in_order_and_never_early(entries, moves):
    wheel: Wheel[tuple[int, float]] = Wheel(STEP)
    kept: list[tuple[int, float]] = []
    for n, (due, keep) in enumerate(entries):
        wheel.put(wheel.slot(due), (n, due))
        if keep:
            kept.append((n, due))
        else:
            wheel.remove(wheel.slot(due), (n, due))
    assert len(wheel) == len(kept)
    now, out = 0.0, []
    for move in [*moves, 2000.0]:
        now += move
        while slots := wheel.take(now * wheel.rate, 3):
            found = [entry for _, entries in slots for entry in entries]
            assert len(found) <= 3
            assert all(wheel.slot(entry[1]) == slot for slot, entries in slots for entry in entries)
            assert all(due <= now + STEP / 999 for _, due in found)
            out += found
        assert all(due > now - STEP for _, due in set(kept) - set(out))
    assert sorted(out) == sorted(kept)
    assert [wheel.slot(due) for _, due in out] == sorted(wheel.slot(due) for _, due in out)
