"""Sequences enter where there is room, grow by blocks, and leave what they filled to be found."""

from __future__ import annotations

from understudy.capacity import CapacitySpec, Order, Ticket
from understudy.capacity.memory import Memory


def sequence(prompt: int, *names: int) -> Ticket:
    return Ticket(0.0, Order(prompt, names, 10), lambda _ticket: None)


def test_a_sequence_enters_when_its_whole_prompt_has_room():
    memory = Memory(CapacitySpec(kv_cache_tokens=16, block_size=4))
    first, second = sequence(9), sequence(5)
    assert memory.enter(first)
    assert memory.used == 0.0
    assert memory.hold(first, 9)
    assert memory.used == 0.75
    assert not memory.enter(second)
    memory.leave(first)
    assert memory.enter(second)


def test_blocks_are_held_as_tokens_come():
    memory = Memory(CapacitySpec(kv_cache_tokens=16, block_size=4))
    ticket = sequence(6)
    memory.enter(ticket)
    held = []
    for tokens in (1, 4, 5, 8, 9, 16):
        assert memory.hold(ticket, tokens)
        held.append(ticket.held)
    assert held == [1, 1, 2, 2, 3, 4]
    assert ticket.alarm == 10  # the answer is over before memory is
    assert not memory.hold(ticket, 17)
    assert ticket.held == 4


def test_full_blocks_can_be_found_and_are_shared():
    memory = Memory(CapacitySpec(kv_cache_tokens=16, block_size=4))
    first, second = sequence(9, 1, 2), sequence(9, 1, 2)
    memory.enter(first)
    memory.hold(first, 9)
    memory.settle(first, 7)
    assert memory.found(second) == 1
    memory.settle(first, 9)
    assert memory.found(second) == 2
    assert memory.enter(second)
    assert (second.computed, second.goal) == (8, 9)
    memory.hold(second, 9)
    assert memory.used == 1.0
    memory.leave(first)
    memory.leave(second)
    assert memory.used == 0.0
    assert memory.found(sequence(9, 1, 2)) == 2


def test_what_nobody_holds_can_be_forgotten():
    memory = Memory(CapacitySpec(kv_cache_tokens=32, block_size=4))
    first, second = sequence(9, 1, 2), sequence(9, 3, 4)
    for each in (first, second):
        memory.enter(each)
        memory.hold(each, 9)
        memory.settle(each, 9)
    memory.leave(first)
    memory.forget()
    assert (memory.found(sequence(9, 1, 2)), memory.found(sequence(9, 3, 4))) == (0, 2)
    memory.leave(second)
    assert memory.used == 0.0
    assert memory.found(sequence(9, 3, 4)) == 2


def test_without_a_prefix_cache_nothing_is_there():
    memory = Memory(CapacitySpec(kv_cache_tokens=32, block_size=4, prefix_cache=False))
    first = sequence(9, 1, 2)
    memory.enter(first)
    memory.hold(first, 9)
    memory.settle(first, 9)
    assert memory.found(sequence(9, 1, 2)) == 0
