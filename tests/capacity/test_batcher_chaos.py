"""Whatever comes and goes in whatever order, no slot, block or place in the queue is left behind, and no token is lost."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

SPEC = {
    "max_num_seqs": 3,
    "max_num_batched_tokens": 12,
    "kv_cache_tokens": 48,
    "block_size": 4,
    "decode_step": 1.0,
    "prefill_token": 0.01,
    "decode_per_seq": 0.0,
}

SUBMIT = st.tuples(st.just("submit"), st.integers(1, 24), st.integers(0, 20), st.integers(0, 2), st.integers(1, 3))
CANCEL = st.tuples(st.just("cancel"), st.integers(0, 40))
PASS = st.tuples(st.just("pass"), st.floats(0.0, 6.0))


def names(family: int, count: int) -> list[int]:
    """Prompts of a family begin alike."""
    return [family * 100 + k for k in range(count)]


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.lists(st.one_of(SUBMIT, CANCEL, PASS), max_size=40))
@example([("submit", 1, 2, 0, 1), ("submit", 1, 3, 0, 3), ("pass", 5.0), ("cancel", 1)])  # when one choice of three is done
def test_nothing_is_left_behind_and_no_token_is_lost(stage, whole, deeds):
    on = stage(**SPEC)
    answers = []
    for verb, *what in deeds:
        if verb == "submit":
            prompt, output, family, choices = what
            answers.append(on.ask(prompt, output, names(family, (prompt + output) // 4), choices=choices))
        elif verb == "pass":
            on.clock.advance(what[0])
        elif what[0] < len(answers):
            answers[what[0]].ticket.cancel()
        whole(on.engine)
        snapshot = on.engine.snapshot
        assert snapshot.running <= 3
        order = [ticket for answer in answers for ticket in (answer.ticket, *answer.ticket.others)]
        queue = [order.index(t) for t in (*on.engine._decoding, *on.engine._prefilling, *on.engine._waiting)]
        assert queue == sorted(queue)
    on.run()
    whole(on.engine)
    assert (on.engine.snapshot.running, on.engine.snapshot.waiting, on.engine.snapshot.kv_used) == (0, 0, 0.0)
    assert on.engine._growing == []
    for answer in answers:
        ticket, states = answer.ticket, {one.state for one in (answer.ticket, *answer.ticket.others)}
        assert states <= {"done", "cancelled"}
        if "cancelled" not in states:
            assert ticket.is_made
            assert len(answer.moments) == ticket.output == ticket.produced
        assert all(early < late for early, late in zip(answer.moments, answer.moments[1:], strict=False))
    sequences = [ticket for answer in answers for ticket in (answer.ticket, *answer.ticket.others)]
    assert on.engine.snapshot.produced == sum(ticket.produced for ticket in sequences)
    admitted = [ticket.admitted for ticket in sequences if ticket.admitted is not None]
    assert admitted == sorted(admitted)


@pytest.mark.parametrize("state", ["waiting", "prefilling", "decoding", "done"])
def test_a_client_that_hangs_up_frees_everything_at_once(stage, whole, state):
    on = stage(**{**SPEC, "max_num_seqs": 1})
    until = {"waiting": 0.0, "prefilling": 3.1, "decoding": 6.0, "done": 100.0}[state]
    on.ask(4, 3)
    answer = on.ask(20, 5, names(1, 5))
    on.clock.advance(until)
    assert answer.ticket.state == state
    answer.ticket.cancel()
    answer.ticket.cancel()
    whole(on.engine)
    assert answer.ticket.state == ("done" if state == "done" else "cancelled")
    assert on.engine.snapshot.waiting == 0
    assert on.engine.snapshot.running == (1 if state == "waiting" else 0)
    if state != "waiting":
        assert on.engine.snapshot.kv_used == 0.0
    heard = len(answer.moments)
    on.run()
    assert len(answer.moments) == heard
    assert on.engine.snapshot.kv_used == 0.0


def test_an_answer_may_end_another_whose_token_is_there_at_the_same_moment(stage, whole):
    on = stage(decode_step=1.0, prefill_token=0.0)
    first, second = on.submit(1, 3), on.submit(1, 3)

    def hang_up():
        yield first.want(2)
        second.cancel()

    heard = []
    on.play(hang_up())
    on.play([second.want(1), b"token"], sent=heard)
    on.run()
    whole(on.engine)
    assert (first.state, second.state, heard) == ("done", "cancelled", [])
    assert on.engine.snapshot.running == 0


def test_an_answer_may_end_itself_when_it_has_filled_a_block(stage, whole):
    on = stage(block_size=4)
    ticket = on.submit(4, 9)

    def hang_up():
        yield ticket.want(1)
        ticket.cancel()

    on.play(hang_up())
    on.run()
    whole(on.engine)
    assert on.engine._growing == []
    assert on.engine.snapshot.kv_used == 0.0
