"""How many tokens frames carry, and which of them have a time of their own."""

from __future__ import annotations

import pytest

from understudy.model.frame import Sheet
from understudy.model.token_counts import in_turns, narrow, packed, summed, to_last


def test_equal_tokens_are_one_object_unless_they_are_many():
    one, other = ([0, *[1] * 20] for _ in range(2))
    assert packed(one) is packed(other)
    assert to_last([*one, 0], 0) == one
    assert to_last(bytes([*one, 0]), 0) is packed(one)
    many = [1] * 5_000
    assert packed(many) is not packed(many)
    assert packed(many) == bytes(many)
    with pytest.raises(ValueError, match="256"):
        packed([256])


@pytest.mark.parametrize(
    ("rounds", "tokens", "own"),
    [
        ([1, 1, 1, 1, 2, 2, 3], [0, 2, 0, 2, 1, 3, 4], [0, 2, 0, 0, 1, 0, 4]),
        ([1, 1, 2, 2], [0, 3, 0, 0], [0, 3]),
        ([1, 1, 2, 2], [1, 1, 1, 1], [1, 0, 1, 0]),
        ([1, 2], [0, 0], [0, 0]),
        ([], [], []),
    ],
)
def test_of_each_round_the_first_that_says_something_takes_time_up_to_the_last_of_all(rounds, tokens, own):
    assert in_turns(rounds, tokens) == own


@pytest.mark.parametrize(("most", "size"), [(0, 1), (255, 1), (256, 2), (65_535, 2), (65_536, 8), (2**40, 8)])
def test_numbers_take_as_many_bytes_as_the_largest_of_them(most, size):
    numbers = [0, 1, most]
    found = narrow(numbers)
    assert (list(found), memoryview(found).nbytes) == (numbers, 3 * size)
    assert list(narrow([])) == []
    sheet = Sheet([], narrow(numbers), timed=narrow(numbers))
    assert (list(sheet.tokens), list(sheet.own_time())) == (numbers, numbers)


def test_sums_of_one_token_each_are_not_held():
    assert summed(b"\1\1\1") == range(1, 4)
    assert summed([1, 1]) == range(1, 3)
    assert [*summed([])] == []
    assert [*summed([1, 0, 2])] == [1, 1, 3]
    assert [*summed(b"\0\1")] == [0, 1]
