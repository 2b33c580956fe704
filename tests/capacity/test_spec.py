"""The law of a step, and what fits."""

from __future__ import annotations

import pytest

from understudy.capacity import CapacitySpec


def test_the_law_of_a_step_is_linear():
    spec = CapacitySpec(decode_step=1.0, decode_per_seq=0.1, prefill_token=0.01, decode_per_kv_token=0.001)
    assert spec.duration(0, 0, 0) == 1.0
    assert spec.duration(5, 3, 7) == pytest.approx(1.0 + 0.3 + 0.05 + 0.007)


@pytest.mark.parametrize(
    ("tokens", "block", "longest", "window"), [(64, 16, None, 65), (70, 16, None, 65), (64, 16, 30, 30), (64, 16, 99, 65)]
)
def test_what_fits_is_bounded_by_memory_and_by_the_model(tokens, block, longest, window):
    assert CapacitySpec(kv_cache_tokens=tokens, block_size=block, max_model_len=longest).window == window


def test_a_failure_says_what_was_expected():
    spec = CapacitySpec(max_model_len=100)
    assert (spec.full().status, CapacitySpec(queue_full=429).full().status) == (503, 429)
    assert spec.too_long(100, 1).counts == (100, 100)
    assert "at most 100 tokens, got 90 of the prompt and 20 of the answer" in spec.too_long(90, 20).message
