"""Results of `vllm bench serve`."""

from __future__ import annotations

import json

import pytest

from understudy.fitting import FormatError, Request, Summary, vllm

SUMMARY = {
    "date": "20260203-040506",
    "completed": 10,
    "failed": 2,
    "total_output_tokens": 640,
    "mean_ttft_ms": 210.0,
    "median_ttft_ms": 200.0,
    "std_ttft_ms": 40.0,
    "p99_ttft_ms": 400.0,
    "mean_tpot_ms": 20.0,
    "std_tpot_ms": 2.0,
}


def test_detailed_results_hold_requests_with_their_gaps(source, vllm_result, drawn):
    found = vllm.read(source(vllm_result(drawn[:2])), 1)
    assert (found.tool, found.date, found.run) == ("vllm bench serve (meta-llama/Llama-3.1-8B)", "2026-01-01", "")
    assert found.requests[1] == Request(drawn[1].ttft, drawn[1].prompt, drawn[1].output, drawn[1].after, tuple(drawn[1].gaps))


def test_failed_requests_are_left_out(source, vllm_result, drawn):
    result = vllm_result(drawn[:4])
    result["ttfts"][0] = 0.0
    result["errors"][1] = "timeout"
    result["output_lens"][2] = 0
    found = vllm.read(source(result), 1)
    assert (len(found.requests), found.left_out, found.flaw) == (1, 3, "the first says: timeout")


def test_where_every_request_failed_there_are_no_times(source, vllm_result, drawn):
    names = [f"{name}_{metric}_ms" for metric in ("ttft", "tpot", "itl") for name in ("mean", "median", "std", "p99")]
    zeros = dict.fromkeys(names, 0.0) | {"completed": 0, "failed": 3, "total_output_tokens": 0}
    lists = {"ttfts": [0.0] * 3, "itls": [[]] * 3, "input_lens": [9] * 3, "output_lens": [0] * 3, "errors": ["x"] * 3}
    for result in (zeros, zeros | lists):
        found = vllm.read(source(result), 1)
        assert (found.requests, found.ttft, found.gaps, found.paces) == ((), None, None, None)
        assert (found.left_out, found.answered) == (3, 0)


def test_answers_of_one_token_have_no_gaps(source):
    found = vllm.read(source({**SUMMARY, "mean_itl_ms": 0.0, "mean_tpot_ms": 0.0}), 1)
    assert (found.gaps, found.paces, found.answered) == (None, None, 10)


def test_lists_of_different_lengths_are_no_reason_to_fail(source):
    found = vllm.read(source({"ttfts": [0.1, 0.2, float("nan")], "itls": [[0.01]], "input_lens": None}), 1)
    assert [r.ttft for r in found.requests] == [0.1, 0.2]
    assert [r.gaps for r in found.requests] == [(0.01,), ()]


def test_without_details_the_summary_is_read(source):
    found = vllm.read(source(SUMMARY), 1)
    assert found.ttft == Summary(10, 0.21, 0.04, {50: 0.2, 99: 0.4})
    assert (found.gaps, found.paces, found.output) == (None, Summary(None, 0.02, 0.002), 64)
    assert (found.date, found.left_out) == ("2026-02-03", 2)


def test_gaps_between_events_are_told_from_averages_a_token(source):
    found = vllm.read(source({**SUMMARY, "mean_itl_ms": 19.0, "median_itl_ms": 16.0, "p99_itl_ms": 60.0}), 1)
    assert found.gaps == Summary(None, 0.019, None, {50: 0.016, 99: 0.06})
    assert found.paces == Summary(None, 0.02, 0.002)


def test_all_percentiles_are_read_that_were_asked_for(source):
    told = {"p25_ttft_ms": 150.0, "p99.9_ttft_ms": 900.0, "p90_itl_ms": 30.0, "p90_e2el_ms": 1.0, "p100_ttft_ms": 2000.0}
    found = vllm.read(source({**SUMMARY, "mean_itl_ms": 20.0, **told}), 1)
    assert list(found.ttft.percentiles.items()) == [(25, 0.15), (50, 0.2), (99, 0.4), (99.9, 0.9)]
    assert found.gaps.percentiles == {90: 0.03}


def test_appended_results_are_runs(source):
    text = "\n".join(json.dumps({**SUMMARY, "completed": n}) for n in (5, 6))
    found = vllm.read(source(text, "result.jsonl"), 2)
    assert (found.run, found.ttft.count) == ("run 2 of 2", 6)


def test_other_files_are_refused(source):
    with pytest.raises(FormatError, match=r"^\$: expected mean_ttft_ms or ttfts"):
        vllm.read(source([1]), 1)
