"""Steps by arithmetic: who is in them, how long they take, when tokens are there."""

from __future__ import annotations

import pytest

from understudy.capacity import Batcher, CapacitySpec, Order, Ticket
from understudy.model.reply import Failure

SLOW = {"decode_step": 1.0, "prefill_token": 0.1, "decode_per_seq": 0.0, "prefix_cache": False}


def test_one_sequence_takes_its_prompt_and_a_step_a_token(stage):
    on = stage(decode_step=0.010, prefill_token=0.001, decode_per_seq=0.002)
    answer = on.ask(50, 4)
    on.run()
    assert answer.moments == pytest.approx([0.060, 0.072, 0.084, 0.096], abs=1e-12)
    assert answer.ticket.state == "done"
    assert on.engine.snapshot.steps == 4


def test_a_step_grows_with_the_context_of_those_that_decode(stage):
    on = stage(decode_step=1.0, prefill_token=0.0, decode_per_seq=0.0, decode_per_kv_token=0.01)
    answer = on.ask(10, 4)
    on.run()
    assert answer.moments == pytest.approx([1.0, 2.11, 3.23, 4.36])


def test_who_comes_during_a_step_joins_the_next_one(stage):
    on = stage(**SLOW)
    first = on.ask(10, 3)
    on.at(0.5, lambda: second.append(on.ask(20, 2)))
    second = []
    on.run()
    assert first.moments == pytest.approx([2.0, 5.0, 6.0])
    assert second[0].moments == pytest.approx([5.0, 6.0])
    assert second[0].ticket.admitted == pytest.approx(2.0)


def test_a_long_prompt_is_cut_into_chunks_that_leave_room_for_decoding(stage):
    on = stage(**SLOW, max_num_batched_tokens=10, max_num_seqs=10)
    first = on.ask(5, 8)
    on.clock.advance(0.1)
    second = on.ask(20, 1)
    on.run()
    # From 1.5 on, 9 + 9 + 2 tokens of the second prompt share steps with a token of the first answer each.
    assert first.moments == pytest.approx([1.5, 3.4, 5.3, 6.5, 7.5, 8.5, 9.5, 10.5])
    assert second.moments == pytest.approx([6.5])


def test_slots_are_given_in_the_order_of_arrival(stage):
    on = stage(**SLOW, max_num_seqs=2, max_num_batched_tokens=100)
    answers = [on.ask(1, length) for length in (5, 2, 2, 2)]
    on.run()
    assert [answer.moments[0] for answer in answers] == pytest.approx([1.1, 2.2, 4.3, 6.4])
    admitted = [answer.ticket.admitted for answer in answers]
    assert admitted == sorted(admitted)


def test_a_small_sequence_does_not_overtake_one_that_finds_no_room(stage):
    on = stage(**SLOW, kv_cache_tokens=32, block_size=4)
    on.ask(20, 8)
    big, small = on.ask(20, 1), on.ask(1, 1)
    on.run()
    assert big.ticket.admitted == pytest.approx(10.0)
    assert small.ticket.admitted == pytest.approx(10.0)


def test_the_youngest_gives_way_and_starts_over_when_memory_runs_out(stage, whole):
    on = stage(**SLOW, kv_cache_tokens=24, block_size=4)
    old, young = on.ask(8, 9), on.ask(8, 9)
    on.clock.advance(7.0)
    whole(on.engine)
    assert (old.ticket.state, young.ticket.state, young.ticket.produced) == ("decoding", "waiting", 4)
    on.run()
    assert old.moments == pytest.approx([1.8, 3.6, 4.6, 5.6, 6.6, 7.6, 8.6, 9.6, 10.6])
    # Eight tokens of the prompt and four of the answer are worked out again from 10.6 to 12.8; no token is lost or doubled.
    assert young.moments == pytest.approx([3.6, 4.6, 5.6, 6.6, 12.8, 13.8, 14.8, 15.8, 16.8])
    assert on.engine.snapshot.preemptions == 1
    assert on.engine.snapshot.produced == 18


def test_what_was_preempted_finds_again_what_nobody_needed_meanwhile(stage):
    on = stage(**{**SLOW, "prefix_cache": True}, kv_cache_tokens=24, block_size=4)
    old, young = on.ask(8, 9, [1, 2]), on.ask(8, 9, [3, 4])
    on.run()
    assert on.engine.snapshot.preemptions == 1
    # Three blocks came free and one was needed: the one of tokens that had no name. Four tokens have to be done again.
    assert young.moments[4] == pytest.approx(10.6 + 1.4)
    assert (old.ticket.cached_tokens, young.ticket.cached_tokens) == (0, 0)
    assert on.engine.snapshot.prefix_queries == 16


def test_a_known_prefix_shortens_the_first_token_by_exactly_its_prefill(stage):
    on = stage(decode_step=1.0, prefill_token=0.01, block_size=16)
    names = range(6)
    cold = on.ask(100, 2, names)
    on.run()
    start = on.clock.monotonic()
    warm = on.ask(100, 2, names)
    assert warm.ticket.cached_tokens == 96
    on.run()
    assert cold.moments[0] - (warm.moments[0] - start) == pytest.approx(96 * 0.01)
    assert (on.engine.snapshot.prefix_hits, on.engine.snapshot.prefix_queries) == (96, 200)


def test_the_last_token_of_a_prompt_is_never_taken_from_the_cache(stage):
    on = stage(block_size=16)
    on.ask(96, 1, range(6))
    on.run()
    assert on.ask(96, 1, range(6)).ticket.cached_tokens == 80


def test_without_a_prefix_cache_nothing_is_found(stage):
    on = stage(**SLOW)
    on.ask(100, 1, range(6))
    on.run()
    assert on.ask(100, 1, range(6)).ticket.cached_tokens == 0
    assert on.engine.snapshot.prefix_queries == 0


def test_an_answer_can_be_found_by_the_next_turn(stage):
    on = stage(block_size=16)
    on.ask(40, 40, range(5))  # 79 tokens are in memory at the end: four whole blocks
    on.run()
    assert on.submit(100, 1, range(6)).cached_tokens == 64


@pytest.mark.parametrize(("status", "kind"), [(503, "overloaded"), (429, "rate_limit")])
def test_a_full_queue_rejects(stage, status, kind):
    on = stage(max_num_seqs=2, max_waiting=1, queue_full=status, max_num_batched_tokens=100)
    tickets = [on.submit(10, 5) for _ in range(4)]
    assert [type(ticket) for ticket in tickets] == [Ticket, Ticket, Ticket, Failure]
    assert (tickets[3].status, tickets[3].kind) == (status, kind)
    assert (on.engine.snapshot.rejected, on.engine.snapshot.running, on.engine.snapshot.waiting) == (1, 1, 2)
    tickets[2].cancel()
    assert isinstance(on.submit(10, 5), Ticket)


def test_no_queue_means_no_waiting_for_a_slot(stage):
    on = stage(max_num_seqs=2, max_waiting=0, max_num_batched_tokens=100)
    assert [type(on.submit(1, 1)) for _ in range(3)] == [Ticket, Ticket, Failure]


def test_what_can_never_fit_is_refused_at_once(stage):
    on = stage(kv_cache_tokens=32, block_size=16)
    assert isinstance(on.submit(23, 10), Ticket)
    refused = on.submit(24, 10)
    assert (refused.status, refused.kind) == (400, "context_length")
    assert (refused.counts, refused.message) == ((33, 24), None)
    on.run()
    assert on.engine.snapshot.rejected == 1


def test_an_answer_without_tokens_is_there_when_its_prompt_is_worked_out(stage):
    on = stage(decode_step=1.0, prefill_token=0.1)
    sent = []
    ticket = on.submit(10, 0)
    on.play([*ticket.whole(), b"text"], sent=sent)
    on.run()
    assert sent == [2.0]


def test_an_idle_engine_asks_for_no_time(stage):
    on = stage()
    assert on.clock.pending == 0
    on.ask(1, 1)
    assert on.clock.pending == 1
    on.run()
    on.clock.advance(5000.0)
    answer = on.ask(1, 1)
    start = on.clock.monotonic()
    on.run()
    assert answer.moments == pytest.approx([start + 0.0101])


def test_a_step_waits_for_nobody_who_comes_after_it_began():
    engine = Batcher(CapacitySpec(decode_step=1.0, prefill_token=0.0, decode_per_seq=0.0))
    steps = engine.steps()
    next(steps)
    first = engine.submit(10.0, [Order(1, (), 2)])
    assert next(steps).at == 11.0
    late = engine.submit(11.5, [Order(1, (), 1)])  # the plan is played late: its clock says 11.0 when it goes on
    assert next(steps).at == 12.0
    assert (first.produced, late.state) == (1, "waiting")
    assert next(steps).at == 13.0
    assert (first.state, late.state, late.admitted) == ("done", "prefilling", 12.0)


def test_an_engine_that_has_nothing_to_do_begins_when_somebody_has_come():
    engine = Batcher(CapacitySpec(decode_step=1.0, prefill_token=0.0))
    steps = engine.steps()
    next(steps)
    engine.submit(10.0, [Order(1, (), 1)])
    assert next(steps).at == 11.0
    late = engine.submit(11.25, [Order(1, (), 1)])
    assert next(steps).at == 12.25
    assert late.admitted == 11.25


def test_who_is_heard_late_is_served_as_if_heard_at_once(stage):
    on = stage(decode_step=1.0, prefill_token=0.0, decode_per_seq=0.0)
    on.clock.advance(10.0)
    engine = Batcher(on.engine.spec)
    on.play(engine.steps(), on.clock.monotonic())  # made for the first that wants it, once that is heard
    moments = []
    for came in (8.5, 22.25):
        on.clock.advance(came - on.clock.monotonic() + 1.5)
        ticket = engine.submit(came, [Order(1, (), 3)])
        on.play((step for token in (1, 2, 3) for step in (*ticket.until(token), b"")), came, moments)
        on.run()
    assert moments == [9.5, 10.5, 11.5, 23.25, 24.25, 25.25]


def test_an_engine_is_at_work_until_its_step_is_over():
    engine = Batcher(CapacitySpec(decode_step=1.0, prefill_token=0.0))
    steps = engine.steps()
    next(steps)
    engine.submit(10.0, [Order(1, (), 1)])
    next(steps)
    next(steps)  # at 11.0, nothing to do
    early = engine.submit(10.75, [Order(1, (), 1)])  # has been read before, but was made out only now
    next(steps)
    assert early.admitted == 11.0


def test_a_retired_engine_finishes_what_it_has_and_ends(stage):
    on = stage()
    answer = on.ask(10, 3)
    on.engine.retire()
    assert not on.ended
    on.run()
    assert len(answer.moments) == 3
    assert on.ended


def test_an_idle_engine_that_is_retired_ends_at_once(stage):
    on = stage()
    on.engine.retire()
    assert on.ended


def test_the_same_arrivals_give_the_same_moments(stage):
    def moments():
        on = stage(max_num_seqs=4, max_num_batched_tokens=64, kv_cache_tokens=256)
        answers = []
        for k in range(30):
            on.at(k * 0.013, lambda k=k: answers.append(on.ask(10 + 7 * k % 50, 3 + k % 11, range(k % 3))))
        on.run()
        return [answer.moments for answer in answers]

    assert moments() == moments()


def test_choices_are_sequences_that_share_the_work_on_their_prompt(stage):
    on = stage(decode_step=1.0, prefill_token=0.01, decode_per_seq=0.1, block_size=16)
    one, three = on.ask(100, 3, range(6)), stage(decode_step=1.0, prefill_token=0.01, decode_per_seq=0.1, block_size=16)
    other = three.ask(100, 3, range(6), choices=3)
    on.run()
    three.clock.advance(2.5)
    assert three.engine.snapshot.running == 3
    three.run()
    assert one.moments == pytest.approx([2.0, 3.1, 4.2])
    assert other.moments == pytest.approx([2.08] * 1 + [3.38, 4.68])  # of the second and third prompt 4 tokens each are left
    assert (three.engine.snapshot.produced, three.engine.snapshot.prefix_hits) == (9, 2 * 96)


def test_choices_of_a_prompt_in_chunks_share_it_too(stage):
    on = stage(
        decode_step=1.0, prefill_token=0.01, decode_per_seq=0.0, block_size=16, max_num_batched_tokens=64, max_num_seqs=8
    )
    answer = on.ask(100, 2, range(6), choices=2)
    on.run()
    assert answer.moments == pytest.approx([1.64 + 1.40, 1.64 + 1.40 + 1.0])


def test_without_a_prefix_cache_each_choice_works_its_prompt_out(stage):
    on = stage(**SLOW)
    answer = on.ask(10, 2, range(5), choices=2)
    on.run()
    assert answer.moments == pytest.approx([3.0, 4.0])


def test_choices_are_taken_in_together_or_not_at_all(stage):
    on = stage(max_num_seqs=2, max_waiting=1, max_num_batched_tokens=100)
    assert isinstance(on.submit(1, 1, choices=4), Failure)
    assert (on.engine.snapshot.waiting, on.engine.snapshot.rejected) == (0, 1)
    assert isinstance(on.submit(1, 1, choices=3), Ticket)
    assert isinstance(on.submit(1, 1), Failure)


def test_choices_fit_one_by_one(stage):
    on = stage(kv_cache_tokens=64, block_size=16)
    answer = on.ask(9, 20, choices=3)
    on.run()
    assert answer.ticket.is_made


def test_prompts_that_are_let_in_together_share_what_they_have_in_common(stage):
    on = stage(decode_step=1.0, prefill_token=0.01, decode_per_seq=0.0, block_size=16)
    on.ask(1, 1)
    first, second = on.ask(100, 1, range(6)), on.ask(100, 1, range(6))
    on.run()
    assert (first.ticket.cached_tokens, second.ticket.cached_tokens) == (0, 96)
    assert first.moments == second.moments == [pytest.approx(1.01 + 1.0 + 1.04)]


def test_what_was_found_counts_when_a_sequence_is_let_in(stage):
    on = stage(decode_step=1.0, prefill_token=0.01, decode_per_seq=0.0, block_size=16, max_num_seqs=1)
    on.ask(1, 1)
    answers = [on.ask(100, 2, range(6)) for _ in range(2)]
    assert [answer.ticket.cached_tokens for answer in answers] == [0, 0]
    on.run()
    assert [answer.ticket.cached_tokens for answer in answers] == [0, 96]
    assert on.engine.snapshot.prefix_hits == 96


def test_a_step_takes_longer_by_the_factor_of_when_it_begins(stage):
    on = stage(decode_step=1.0, prefill_token=0.0, decode_per_seq=0.0)
    on.engine.scale = lambda at: 3.0 if 2.0 <= at < 7.0 else 1.0
    answer = on.ask(1, 5)
    on.run()
    assert answer.moments == pytest.approx([1.0, 2.0, 5.0, 8.0, 9.0])


def test_what_nobody_holds_can_be_forgotten(stage):
    on = stage(block_size=16)
    on.ask(100, 1, range(6))
    on.run()
    on.engine.forget()
    assert on.submit(100, 1, range(6)).cached_tokens == 0
