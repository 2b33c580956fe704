"""Blocks are held, shared by name, left to be found, and reused oldest first."""

from __future__ import annotations

from understudy.capacity.blocks import Blocks


def filled(total: int, *names: int) -> Blocks:
    blocks = Blocks(total)
    blocks.take(len(names))
    for name in names:
        blocks.name(name)
    return blocks


def test_there_are_so_many_and_no_more():
    blocks = Blocks(3)
    assert blocks.take(2)
    assert not blocks.take(2)
    assert blocks.free == 1
    blocks.release((), 2)
    assert blocks.free == 3


def test_a_chain_is_found_as_far_as_it_is_there():
    blocks = filled(5, 1, 2, 4)
    assert [blocks.found([1, 2, 3, 4], most) for most in (0, 1, 2, 4, 9)] == [0, 1, 2, 2, 2]
    assert blocks.found([9, 1], 2) == 0
    assert blocks.found([1], 9) == 1


def test_a_shared_block_is_free_when_the_last_holder_is_gone():
    blocks = filled(2, 1)
    blocks.share([1])
    blocks.release([1], 0)
    assert blocks.free == 1
    blocks.release([1], 0)
    assert blocks.free == 2
    assert blocks.found([1], 1) == 1


def test_of_blocks_that_are_alike_one_that_is_held_has_the_name():
    blocks = filled(3, 1)
    blocks.take(1)
    assert not blocks.name(1)
    blocks.release([1], 0)
    assert blocks.free == 2
    assert blocks.name(1)
    assert blocks.free == 2
    assert blocks.take(2)  # the one that was let go of is blank
    assert blocks.found([1], 1) == 1


def test_what_is_there_is_not_spare():
    blocks = filled(4, 1, 2)
    assert blocks.spare([1, 2]) == 2
    blocks.release([1, 2], 0)
    assert blocks.free == 4
    assert blocks.spare([1, 2]) == 2


def test_the_end_of_what_was_left_first_goes_first():
    blocks = filled(5, 1, 2, 3, 4)
    blocks.release([1, 2], 0)
    blocks.release([3, 4], 0)
    blocks.take(2)  # the blank one, and 2
    assert [blocks.found([name], 1) for name in (1, 2, 3, 4)] == [1, 0, 1, 1]
    blocks.share([1])
    blocks.release([1], 0)  # used again: 4 has been unused for longer now
    blocks.take(1)
    assert [blocks.found([name], 1) for name in (1, 3, 4)] == [1, 1, 0]


def test_what_is_held_cannot_be_forgotten():
    blocks = filled(4, 1, 2)
    blocks.release([1], 0)
    blocks.forget()
    assert (blocks.found([1], 1), blocks.found([2], 1), blocks.free) == (0, 1, 3)
    assert blocks.take(3)
