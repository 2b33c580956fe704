"""A plan is let through at the moment its token was there, however early or late it asks."""

from __future__ import annotations

import pytest

from understudy.capacity import Batcher, CapacitySpec, Order


@pytest.fixture
def on(stage):
    return stage(decode_step=1.0, prefill_token=0.0, decode_per_seq=0.0)


def played(on, steps):
    sent = []
    on.play(steps, on.clock.monotonic(), sent)
    return sent


def frames(ticket, *tokens):
    """Frames behind the tokens of those numbers."""
    for token in tokens:
        yield from ticket.until(token)
        yield b"frame"


def test_a_frame_waits_for_the_token_of_its_number(on):
    ticket = on.submit(1, 6)
    sent = played(on, frames(ticket, 2, 5, 6, 6))
    on.run()
    assert sent == [2.0, 5.0, 6.0, 6.0]


def test_an_answer_in_one_piece_waits_for_its_last_token(on):
    ticket = on.submit(1, 6)
    sent = played(on, [*ticket.whole(), b"document"])
    on.run()
    assert sent == [6.0]


def test_a_plan_that_lags_passes_at_the_moments_of_the_past(on):
    ticket = on.submit(1, 6)
    gates = (gate for token in (1, 3, 4, 5, 6) for gate in ticket.until(token))
    seen = []
    next(gates)
    on.clock.advance(4.5)
    seen.append(ticket.gate.at)
    for _ in range(3):
        seen.append(next(gates).at)
        ticket.gate.at = None
        on.clock.advance(0.25)
    assert seen == [1.0, 3.0, 4.0, 5.0]
    ticket.gate.at = None
    assert next(gates).at is None
    on.clock.advance(5.0)
    assert ticket.gate.at == 6.0


def test_a_plan_that_begins_when_all_is_over_gets_the_moments_all_the_same(on):
    ticket = on.submit(1, 4)
    on.run()
    assert [gate.at for token in (1, 2, 3, 4) for gate in ticket.until(token)] == [1.0, 2.0, 3.0, 4.0]
    assert [gate.at for gate in ticket.whole()] == [4.0]


def test_more_tokens_than_there_are_wait_for_the_last_one(on):
    ticket = on.submit(1, 2)
    sent = played(on, frames(ticket, 1, 6, 11))
    on.run()
    assert sent == [1.0, 2.0, 2.0]


def test_a_plan_that_leaves_tokens_out_waits_for_no_more(on):
    ticket = on.submit(1, 5)
    sent = played(on, [ticket.want(1), b"frame"])
    on.clock.advance(3.5)
    assert sent == [1.0]
    assert ticket.want(4).at is None
    on.clock.advance(1.0)
    assert ticket.gate.at == 4.0


def test_a_cancelled_ticket_opens_nothing(on):
    ticket = on.submit(1, 5)
    ticket.want(3)
    ticket.cancel()
    on.run()
    assert ticket.gate.at is None


def test_what_is_delayed_comes_so_much_later_early_and_late(on):
    ticket = on.submit(1, 3, delay=0.25)
    sent = played(on, frames(ticket, 1, 2))
    on.run()
    assert sent == [1.25, 2.25]
    assert [gate.at for gate in ticket.until(3)] == [3.25]


def test_choices_are_waited_for_together(stage):
    on = stage(decode_step=1.0, prefill_token=0.0, decode_per_seq=0.0, max_num_seqs=2)
    ticket = on.submit(1, 2, choices=3)
    sent = played(on, frames(ticket, 1, 2))
    on.clock.advance(2.5)
    assert [ticket.state, *(other.state for other in ticket.others)] == ["done", "done", "prefilling"]
    assert not ticket.is_made
    on.run()
    assert sent == [3.0, 4.0]
    assert ticket.is_made


def test_who_gives_one_choice_up_gives_all_of_them_up(on):
    ticket = on.submit(1, 5, choices=3)
    on.clock.advance(1.5)
    ticket.cancel()
    assert (on.engine.snapshot.running, on.engine.snapshot.waiting) == (0, 0)


def test_when_it_came_may_be_known_better_before_it_is_let_in():
    engine = Batcher(CapacitySpec(decode_step=1.0, prefill_token=0.0))
    steps = engine.steps()
    next(steps)
    ticket = engine.submit(10.0, [Order(1)] * 2)
    ticket.came(7.25)
    assert next(steps).at == 8.25
    ticket.came(5.0)
    assert [(each.arrived, each.admitted) for each in (ticket, *ticket.others)] == [(7.25, 7.25)] * 2
