"""guidellm's benchmarks.json and the other files it writes."""

from __future__ import annotations

import pytest

from understudy.fitting import FormatError, Request, Summary, guidellm


def test_requests_come_in_seconds(source, guidellm_report, drawn):
    found = guidellm.read(source(guidellm_report(drawn[:3])), 1)
    assert (found.tool, found.date, found.run) == ("guidellm 0.8.1", "2026-01-01", "benchmark 1 of 1 (synchronous)")
    assert [r.prompt for r in found.requests] == [r.prompt for r in drawn[:3]]
    assert [r.ttft for r in found.requests] == pytest.approx([r.ttft for r in drawn[:3]])
    assert [r.after for r in found.requests] == pytest.approx([r.after for r in drawn[:3]])


def test_broken_numbers_leave_a_request_out(source, guidellm_report, drawn):
    report = guidellm_report(drawn[:4])
    listed = report["benchmarks"][0]["requests"]["successful"]
    listed[0]["time_to_first_token_ms"] = float("nan")
    listed[1]["time_to_first_token_ms"] = None
    listed[2]["inter_token_latency_ms"] = -3
    report["benchmarks"][0]["metrics"]["request_totals"]["errored"] = 5
    found = guidellm.read(source(report), 1)
    assert found.left_out == 7
    assert found.requests[0] == Request(pytest.approx(drawn[2].ttft), drawn[2].prompt, drawn[2].output, None)


def test_without_requests_the_metrics_are_read(source):
    metric = {
        "mean": 200.0,
        "median": 190.0,
        "std_dev": 40.0,
        "count": 9,
        "percentiles": {"p05": 150.0, "p99": 400.0, "p999": 700.0},
    }
    benchmark = {
        "metrics": {"time_to_first_token_ms": {"successful": metric}, "output_token_count": {"successful": {"mean": 64}}}
    }
    found = guidellm.read(source({"benchmarks": [benchmark]}), 1)
    assert found.requests == ()
    assert found.ttft == Summary(9, 0.2, 0.04, {5: 0.15, 50: 0.19, 99: 0.4, 99.9: pytest.approx(0.7)})
    assert (found.gaps, found.paces, found.output) == (None, None, 64.0)


def test_one_benchmark_of_a_sweep_is_read(source, guidellm_report, drawn):
    report = guidellm_report(drawn[:1])
    report["benchmarks"].append(guidellm_report(drawn[1:3])["benchmarks"][0])
    found = guidellm.read(source(report), 2)
    assert found.run.startswith("benchmark 2 of 2")
    assert len(found.requests) == 2


@pytest.mark.parametrize(
    ("content", "got"), [({}, "nothing"), ({"benchmarks": []}, "an empty one"), ({"benchmarks": {}}, "a mapping")]
)
def test_other_files_are_refused_with_what_was_expected(source, content, got):
    with pytest.raises(FormatError, match=rf"^\$\.benchmarks: expected a list of benchmarks, got {got}$"):
        guidellm.read(source(content), 1)


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("Run Info,Benchmark,Time to First Token\nRun ID,Type,Successful ms\n,,Mean\nx,y,12\n", "its table of averages"),
        ("\n<!DOCTYPE html><html></html>", "a page in HTML"),
    ],
)
def test_its_other_files_are_refused_with_what_to_take_instead(source, text, got):
    other = source(text, "benchmarks.csv")
    assert guidellm.recognises(other)
    with pytest.raises(FormatError, match=rf"^line 1: expected guidellm's benchmarks.json, got {got}\. Fit the JSON"):
        guidellm.read(other, 1)


def test_answers_that_were_not_streamed_are_no_failures(source, guidellm_report, drawn):
    report = guidellm_report(drawn[:3])
    for item in report["benchmarks"][0]["requests"]["successful"]:
        item |= {"time_to_first_token_ms": None, "inter_token_latency_ms": None}
    found = guidellm.read(source(report), 1)
    assert (found.requests, found.answered, found.left_out) == ((), 3, 0)


def test_the_summary_of_what_tokens_took_counts_tokens(source):
    metrics = {"inter_token_latency_ms": {"successful": {"mean": 20.0, "median": 19.0, "count": 6960}}}
    assert guidellm.read(source({"benchmarks": [{"metrics": metrics}]}), 1).paces == Summary(
        6960, 0.02, None, {50: 0.019}, "tokens"
    )


def test_where_every_request_failed_there_are_no_times(source, guidellm_report):
    zeros = {"mean": 0.0, "median": 0.0, "std_dev": 0.0, "count": 0, "percentiles": {"p99": 0.0}}
    report = guidellm_report([])
    names = ("time_to_first_token_ms", "inter_token_latency_ms")
    report["benchmarks"][0]["metrics"] = {name: {"successful": zeros} for name in names} | {"request_totals": {"errored": 30}}
    assert guidellm.read(source(report), 1).flaw == ""
    report["benchmarks"][0]["requests"]["errored"] = [{"info": {"status": "errored", "error": "404 Not Found"}}]
    found = guidellm.read(source(report), 1)
    assert (found.requests, found.ttft, found.paces, found.left_out) == ((), None, None, 30)
    assert found.flaw == "the first says: 404 Not Found"


def test_nonsense_inside_says_nothing(source):
    found = guidellm.read(source({"benchmarks": [{"requests": {"successful": [3, None, {}]}, "metrics": []}]}), 1)
    assert (found.requests, found.left_out, found.ttft) == ((), 3, None)
