"""Capacity in scripts."""

from __future__ import annotations

import pytest

from understudy.capacity import CapacitySpec
from understudy.config.grammar.capacity import CAPACITY


def test_capacity_stands_at_the_top_and_in_models(script):
    loaded = script("""
        capacity: {max-num-seqs: 32, max-waiting: 0, queue-full: 429, decode-step: 25ms, prefix-cache: false}
        models:
          - gpt
          - id: llama
            capacity:
              per: model
              max-num-batched-tokens: 512
              prefill-token: 0.2ms
              decode-per-seq: 0.1
              decode-per-kv-token: 0.000065ms
              kv-cache-tokens: 10000
              block-size: 32
              max-model-len: 4096
    """)
    assert loaded.capacity == CapacitySpec(
        max_num_seqs=32, max_waiting=0, queue_full=429, decode_step=0.025, prefix_cache=False
    )
    assert [model.capacity for model in loaded.models] == [
        None,
        CapacitySpec(
            per="model",
            max_num_batched_tokens=512,
            prefill_token=0.0002,
            decode_per_seq=0.0001,
            decode_per_kv_token=6.5e-8,
            kv_cache_tokens=10_000,
            block_size=32,
            max_model_len=4096,
        ),
    ]


def test_capacity_is_off_unless_it_is_written(script):
    assert script("rules: []").capacity is None
    assert script("capacity:\nrules: []").capacity is None
    assert script("capacity: {}").capacity == CapacitySpec()


def test_the_highest_script_that_has_one_says_all_of_it(script, write):
    write("below.yaml", "capacity: {max-num-seqs: 3, block-size: 8}")
    assert script("extends: [./below.yaml]\ncapacity: {max-num-seqs: 4}").capacity == CapacitySpec(max_num_seqs=4)
    assert script("extends: [./below.yaml]").capacity == CapacitySpec(max_num_seqs=3, block_size=8)


@pytest.mark.parametrize(
    ("capacity", "problem"),
    [
        ("{queue-full: 500}", "expected 503 or 429, got 500. ($.capacity.queue-full)"),
        ("{max-num-seqs: 0}", "expected a whole number from 1 up, got 0. ($.capacity.max-num-seqs)"),
        ("{per: key}", "expected all or model, got 'key'. ($.capacity.per)"),
        ("{max-seqs: 5}", "unknown key 'max-seqs'. Did you mean 'max-num-seqs'? ($.capacity.max-seqs)"),
        (
            "{decode-step: 0}",
            (
                "expected a duration above 0 such as 250ms, 1.5s or 2m (a bare number is milliseconds; at most 1e9s), got 0. "
                "($.capacity.decode-step)"
            ),
        ),
        (
            "{max-num-batched-tokens: 64}",
            ("max-num-batched-tokens 64: expected a token for each of 128 sequences. ($.capacity.max-num-batched-tokens)"),
        ),
        (
            "{max-num-seqs: 3000}",
            ("max-num-batched-tokens 2048: expected a token for each of 3000 sequences. ($.capacity)"),
        ),
        (
            "{kv-cache-tokens: 15}",
            "kv-cache-tokens 15: expected room for one block at least, 16 tokens. ($.capacity.kv-cache-tokens)",
        ),
        (
            "{kv-cache-tokens: 64, max-model-len: 100}",
            ("max-model-len 100: expected at most 65, for which kv-cache-tokens has room. ($.capacity.max-model-len)"),
        ),
        ("5", "expected a mapping with keys such as per, max-num-seqs or max-waiting, got 5. ($.capacity)"),
    ],
)
def test_a_wrong_capacity_is_told(problems, capacity, problem):
    assert problems(f"capacity: {capacity}") == [f"script.yaml:1: {problem}"]


def test_a_wrong_capacity_of_a_model_is_told_at_its_place(problems):
    assert problems("models: [{id: a, capacity: {block-size: none}}]") == [
        "script.yaml:1: expected a whole number from 1 up, got 'none'. ($.models[0].capacity.block-size)"
    ]


def test_the_defaults_that_are_described_are_those_that_hold(script):
    written = {name: key.default for name, key in CAPACITY.keys.items() if key.default is not None}
    assert script(f"capacity: {written}").capacity == CapacitySpec()
    assert {name.replace("-", "_") for name in CAPACITY.keys} == set(CapacitySpec.__struct_fields__)
