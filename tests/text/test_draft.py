"""Drafts write what they are told, within bounds, and only characters that can be sent."""

from __future__ import annotations

import pytest

from understudy.text.draft import LONGEST, LOWER, Draft, nothing, one, repeat, within


def draft(stretch: int = 3) -> Draft:
    return Draft(bytes(range(256)), stretch)


def test_the_same_bytes_make_the_same_choices():
    first, second = draft(), draft()
    assert [first.choose(10) for _ in range(300)] == [second.choose(10) for _ in range(300)]


@pytest.mark.parametrize(
    ("low", "high", "stretch", "length"), [(0, None, 3, 3), (5, None, 3, 5), (0, 2, 9, 2), (4, 4, 1, 4), (0, 9, 0, 0)]
)
def test_repeat_keeps_its_bounds(low, high, stretch, length):
    assert repeat(lambda _: "a", draft(stretch), low, high) == "a" * length


def test_repeats_of_repeats_stay_bounded():
    def nested(levels: int):
        if not levels:
            return lambda _: "a"
        inner = nested(levels - 1)
        return lambda d: repeat(inner, d, 9_999, None)

    assert len(nested(4)(draft())) <= LONGEST


def test_a_class_with_all_letters_writes_a_letter():
    node = one([(" ", "~")], negated=False)
    assert all(within(node(draft(n)), [LOWER]) for n in range(5))


def test_a_negated_class_writes_something_else():
    used = draft()
    node = one([("a", "z"), ("A", "Z")], negated=True)
    assert all(node(used).isdecimal() for _ in range(50))


def test_a_class_of_nothing_writes_nothing():
    assert one([("\0", "\U0010ffff")], negated=True) is nothing
    assert nothing(draft()) == ""


def test_half_characters_are_never_written():
    used = draft()
    node = one([("\ud780", "\uffff")], negated=False)
    "".join(node(used) for _ in range(2_000)).encode()
