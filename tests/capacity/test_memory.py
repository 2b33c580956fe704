"""Sequences enter where there is room, grow by blocks, and leave what they filled to be found."""

from __future__ import annotations

from understudy.capacity import CapacitySpec, Order, Ticket
from understudy.capacity.memory import Memory


def sequence(prompt: int, *names: int, further: tuple[int, ...] = ()) -> Ticket:
    return Ticket(0.0, Order(prompt, names, 10, further), lambda _ticket: None)


def put(memory: Memory, tokens: int, *names: int) -> Ticket:
    """A sequence that has worked out so many tokens."""
    ticket = sequence(tokens, *names)
    assert memory.enter(ticket)
    assert memory.hold(ticket, tokens)
    memory.settle(ticket, tokens)
    return ticket


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


def test_what_follows_a_prompt_is_there_once_some_of_the_answer_is():
    memory = Memory(CapacitySpec(kv_cache_tokens=32, block_size=4))
    asked = sequence(8, 1, further=(2, 3))  # the text of the prompt was too short for two names
    memory.enter(asked)
    memory.hold(asked, 12)
    found = []
    for tokens in (8, 9, 11, 12):
        memory.settle(asked, tokens)
        found.append(memory.found(sequence(20, 1, 2, 3)))
    assert found == [1, 2, 2, 3]


def test_a_sequence_that_comes_again_finds_what_it_had_answered():
    memory = Memory(CapacitySpec(kv_cache_tokens=32, block_size=4))
    ticket = sequence(6, 1, further=(2, 3))
    memory.enter(ticket)
    memory.hold(ticket, 13)
    memory.settle(ticket, 12)
    ticket.produced = 7
    memory.leave(ticket)
    assert memory.enter(ticket)
    assert (ticket.computed, ticket.goal) == (12, 13)


def test_a_block_outlives_one_like_it_that_was_let_go_of():
    memory = Memory(CapacitySpec(kv_cache_tokens=24, block_size=4))
    memory.leave(put(memory, 8, 1, 2))
    again = put(memory, 8, 1, 2)  # works its last token out anew, and the block with it
    assert again.computed == 4
    memory.leave(put(memory, 16, 5, 6, 7, 8))  # in the place of all that nobody holds
    assert memory.found(sequence(9, 1, 2)) == 2


def test_a_name_goes_to_who_holds_a_block_like_it():
    memory = Memory(CapacitySpec(kv_cache_tokens=32, block_size=4))
    first, second, third = put(memory, 8, 1, 2), put(memory, 8, 1, 2), put(memory, 8, 1, 2)
    assert memory.used == 4 / 8
    memory.leave(first)
    assert memory.used == 3 / 8
    assert second.named == [1, 2]
    memory.leave(third)  # a twin whose name another has leaves nothing
    assert memory.used == 2 / 8
    memory.leave(put(memory, 24, 5, 6, 7, 8, 9, 10))
    assert memory.found(sequence(9, 1, 2)) == 2
    memory.leave(second)
    assert memory.used == 0.0


def test_without_a_prefix_cache_nothing_is_there():
    memory = Memory(CapacitySpec(kv_cache_tokens=32, block_size=4, prefix_cache=False))
    first = sequence(9, 1, 2)
    memory.enter(first)
    memory.hold(first, 9)
    memory.settle(first, 9)
    assert memory.found(sequence(9, 1, 2)) == 0
