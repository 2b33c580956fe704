"""The law of a step, and what fits."""

from __future__ import annotations

import pytest

from understudy.capacity import CapacitySpec, Order


def test_the_law_of_a_step_is_linear():
    spec = CapacitySpec(decode_step=1.0, decode_per_seq=0.1, prefill_token=0.01, decode_per_kv_token=0.001)
    assert spec.duration(0, 0, 0) == 1.0
    assert spec.duration(5, 3, 7) == pytest.approx(1.0 + 0.3 + 0.05 + 0.007)


@pytest.mark.parametrize(
    ("tokens", "block", "longest", "window"), [(64, 16, None, 65), (70, 16, None, 65), (64, 16, 30, 30), (64, 16, 99, 65)]
)
def test_what_fits_is_bounded_by_memory_and_by_the_model(tokens, block, longest, window):
    assert CapacitySpec(kv_cache_tokens=tokens, block_size=block, max_model_len=longest).window == window


def test_a_prompt_as_long_as_the_window_leaves_no_room_for_an_answer():
    spec = CapacitySpec(max_model_len=100)
    assert spec.refusal([Order(99, (), 1)], 0) is None
    refused = spec.refusal([Order(100, (), 1)], 0)
    assert (refused.status, refused.kind, refused.counts, refused.message) == (400, "context_length", (100, 100), None)


@pytest.mark.parametrize("status", [503, 429])
def test_sequences_beyond_those_that_run_and_wait_are_refused(status):
    spec = CapacitySpec(max_num_seqs=2, max_waiting=1, queue_full=status)
    one = Order(1)
    assert spec.refusal([one] * 3, 0) is None
    assert [spec.refusal([one] * count, here).status for count, here in ((4, 0), (3, 1), (1, 3))] == [status] * 3
    assert CapacitySpec(max_num_seqs=2).refusal([one] * 9, 99) is None


def test_each_sequence_has_to_fit_and_not_all_together():
    spec = CapacitySpec(max_model_len=100)
    assert spec.refusal([Order(50, (), 50)] * 3, 0) is None
    assert spec.refusal([Order(50, (), 50), Order(60, (), 50)], 0).status == 400
