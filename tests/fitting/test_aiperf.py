"""aiperf's summary and its records."""

from __future__ import annotations

import json

import pytest

from understudy.fitting import FormatError, Summary, aiperf
from understudy.fitting.fit import fit


def test_records_come_in_seconds(source, aiperf_records, drawn):
    found = aiperf.read(source(aiperf_records(drawn[:3]), "profile_export.jsonl"), 1)
    assert (found.tool, found.date) == ("aiperf", "2026-01-01")
    assert [r.ttft for r in found.requests] == pytest.approx([r.ttft for r in drawn[:3]])
    assert [r.after for r in found.requests] == pytest.approx([r.after for r in drawn[:3]])
    assert [r.output for r in found.requests] == [r.output for r in drawn[:3]]


def record(phase="profiling", error=None, **metrics):
    metadata = {"benchmark_phase": phase, "request_start_ns": 1}
    return json.dumps({"metadata": metadata, "metrics": metrics, "error": error})


def test_gaps_are_read_where_they_are_listed(source):
    chunks = {"value": [10.0, 30.0], "unit": "ms"}
    text = record(time_to_first_token={"value": 2e8, "unit": "ns"}, inter_chunk_latency=chunks)
    [request] = aiperf.read(source(text + "\n" + record()), 1).requests
    assert request.ttft == pytest.approx(0.2)
    assert request.gaps == pytest.approx((0.01, 0.03))


COUNTED = {"output_sequence_length": 58, "usage_completion_tokens": 40, "input_sequence_length": 100, "usage_prompt_tokens": 65}


def counted(**others):
    tokens = {name: {"value": value, "unit": "tokens"} for name, value in {**COUNTED, **others}.items()}
    gaps = {"value": [20.0] * 39, "unit": "ms"}
    average = {"value": 780 / 57, "unit": "ms"}
    ttft = {"value": 500.0, "unit": "ms"}
    return record(time_to_first_token=ttft, inter_token_latency=average, inter_chunk_latency=gaps, **tokens)


def test_tokens_are_those_the_server_counted(source):
    found = aiperf.read(source(counted()), 1)
    [request] = found.requests
    assert (request.prompt, request.output, request.after) == (65, 40, pytest.approx(0.78))
    assert fit(found).timing == {"ttft": "500ms", "itl": "20ms"}


@pytest.mark.parametrize(
    ("others", "prompt", "output"),
    [
        ({"usage_reasoning_tokens": 0, "usage_prompt_cache_read_tokens": 0}, 65, 40),
        ({"usage_reasoning_tokens": 20}, 65, 58),
        ({"usage_prompt_cache_read_tokens": 64}, 100, 40),
        ({"usage_completion_tokens": 0}, 65, 58),
    ],
    ids=str,
)
def test_what_takes_no_time_is_not_counted_as_the_server_does(source, others, prompt, output):
    [request] = aiperf.read(source(counted(**others)), 1).requests
    assert (request.prompt, request.output, request.after) == (prompt, output, pytest.approx(0.78))


def test_a_summary_is_by_the_tokens_the_server_counted(source):
    summary = {
        "aiperf_version": "0.13.0",
        "time_to_first_token": {"unit": "ms", "avg": 500},
        "inter_token_latency": {"unit": "ms", "avg": 780 / 57, "p50": 780 / 57},
        "inter_chunk_latency": {"unit": "ms", "avg": 20},
        "output_sequence_length": {"unit": "tokens", "avg": 58},
        "usage_completion_tokens": {"unit": "tokens", "avg": 40},
    }
    found = aiperf.read(source(summary), 1)
    assert (found.output, found.paces.mean) == (40, pytest.approx(0.02))
    assert found.paces.median == pytest.approx(0.02)
    assert fit(found).timing == {"ttft": "500ms", "itl": "20ms"}


def test_the_first_failure_is_told(source):
    failure = {"code": 400, "type": "Bad Request", "message": "Unknown parameter"}
    found = aiperf.read(source("\n".join([record(error={"code": 500}), record(error=failure)])), 1)
    assert (found.left_out, found.flaw) == (2, "the first says: Unknown parameter")
    assert aiperf.read(source(record(error={"type": "Bad Request", "message": ""})), 1).flaw == "the first says: Bad Request"
    kinds = [{"error_details": failure, "count": 30}]
    whole = aiperf.read(source({"aiperf_version": "0.13.0", "error_summary": kinds}), 1)
    assert whole.flaw == "the first says: Unknown parameter"


def test_warm_up_does_not_count_and_failures_are_left_out(source):
    ttft = {"value": 100.0, "unit": "ms"}
    lines = [
        record("warmup", time_to_first_token=ttft),
        record(error={"code": 500}, time_to_first_token=ttft),
        record(),
        record(time_to_first_token=ttft),
    ]
    found = aiperf.read(source("\n".join(lines)), 1)
    assert (len(found.requests), found.left_out) == (1, 2)


def test_the_summary_is_read(source):
    summary = {
        "aiperf_version": "0.13.0",
        "start_time": "2026-02-03T04:05:06.7",
        "time_to_first_token": {"unit": "ms", "avg": 210, "std": 40, "p50": 200, "p99": 400, "count": 50},
        "inter_token_latency": {"unit": "ms", "avg": 20, "std": 2},
        "inter_chunk_latency": {"unit": "ms", "avg": 80, "std": 10, "p1": 60, "p95": 90, "count": 900},
        "output_sequence_length": {"unit": "tokens", "avg": 101},
        "error_request_count": {"unit": "requests", "avg": 4},
        "request_count": {"unit": "requests", "avg": 50},
    }
    found = aiperf.read(source(summary), 1)
    assert (found.tool, found.date, found.left_out, found.output) == ("aiperf 0.13.0", "2026-02-03", 4, 101)
    assert found.answered == 50
    assert found.ttft == Summary(50, 0.21, 0.04, {50: 0.2, 99: 0.4})
    assert found.paces == Summary(None, 0.02, 0.002)
    assert found.gaps == Summary(900, 0.08, 0.01, {1: 0.06, 95: 0.09}, "gaps")


def test_where_every_request_failed_there_are_no_times(source):
    failed = source({"aiperf_version": "0.13.0", "error_request_count": {"unit": "requests", "avg": 30.0}})
    assert aiperf.recognises(failed)
    found = aiperf.read(failed, 1)
    assert (found.ttft, found.gaps, found.paces, found.left_out, found.answered) == (None, None, None, 30, 0)
    lines = source("\n".join([record(error={"code": 500})] * 3))
    assert (aiperf.read(lines, 1).requests, aiperf.read(lines, 1).left_out) == ((), 3)


def test_a_run_of_one_request_is_a_file_of_one_record(source):
    found = aiperf.read(source(record(time_to_first_token={"value": 12, "unit": "ms"})), 1)
    assert [request.ttft for request in found.requests] == [0.012]


def test_records_of_answers_that_were_not_streamed_are_no_failures(source):
    whole = record(request_latency={"value": 3, "unit": "ms"})
    found = aiperf.read(source("\n".join([whole, whole, record(error={"code": 500})])), 1)
    assert (found.requests, found.answered, found.left_out) == ((), 2, 1)


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("profile_export_aiperf.csv", "Metric,avg,min,max\nTime to First Token (ms),1,1,1\n", "line 1"),
        ("server_metrics_export.json", {"aiperf_version": "0.13.0", "summary": {}, "metrics": {"m": {}}}, r"\$\.metrics"),
    ],
)
def test_its_other_files_are_refused_with_what_to_take_instead(source, name, content, where):
    other = source(content, name)
    assert aiperf.recognises(other)
    with pytest.raises(
        FormatError, match=rf"^{where}: expected aiperf's profile_export\.jsonl or .*, got .*\. Fit one of these"
    ):
        aiperf.read(other, 1)


def test_an_unknown_unit_is_refused(source):
    with pytest.raises(FormatError, match=r"^\$\.time_to_first_token\.unit: expected one of ns, .*, got 'furlongs'$"):
        aiperf.read(source({"time_to_first_token": {"unit": "furlongs", "avg": 1}}), 1)


def test_other_files_and_runs_are_refused(source):
    with pytest.raises(FormatError, match=r"^\$\.time_to_first_token: expected a metric"):
        aiperf.read(source({"a": 1}), 1)
    with pytest.raises(FormatError, match=r"^run 2: expected 1"):
        aiperf.read(source({}), 2)
