"""Finding out what a file is."""

from __future__ import annotations

import json

import pytest
import yaml

from understudy.errors import UsageError
from understudy.fitting import FormatError
from understudy.fitting.reading import FORMATS, read


@pytest.fixture
def files(write, guidellm_report, vllm_result, aiperf_records, drawn):
    some = drawn[:2]
    return {
        "guidellm": write("benchmarks.json", guidellm_report(some)),
        "vllm": write("vllm.json", vllm_result(some)),
        "aiperf": write("profile_export.jsonl", aiperf_records(some)),
        "script": write("script.yaml", "rules: [{reply: {text: x, timing: {ttft: 1s}}}]"),
        "csv": write("table.txt", "ttft\n12\n"),
    }


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_known_by_its_content(files, name):
    assert read(files[name]) == read(files[name], name)
    assert read(files[name]).requests


def test_a_script_may_be_json(write):
    path = write("script.json", {"rules": [{"reply": {"text": "x", "timing": {"ttft": "1s"}}}]})
    assert read(path).tool == "recorded script"


def test_the_summary_of_aiperf_is_known(write):
    assert read(write("x.json", json.dumps({"time_to_first_token": {"unit": "ms", "avg": 3}}))).tool == "aiperf"


def test_unknown_files_and_formats_are_refused(write):
    for content, got in [
        ({"a": 1, "b": 2}, "JSON with 'a', 'b'"),
        ({}, "a mapping"),
        ([1], "a list"),
        ('{"a": 1}\n{}', "JSON with 'a'"),
    ]:
        with pytest.raises(FormatError) as refused:
            read(write("x.json", content))
        assert str(refused.value) == (
            f"expected one of guidellm, vllm, aiperf, script, csv, got {got}. Say what it is with --format"
        )
    with pytest.raises(UsageError, match=r"^--format 'vlm': expected auto or one of .*\. Did you mean 'vllm'\?$"):
        read(write("x.txt", "hello"), "vlm")


def test_what_is_neither_json_nor_yaml_is_taken_for_a_table(write):
    with pytest.raises(
        FormatError, match=r"^line 1: expected a column ttft or ttft_ms, got '100', '0\.2'\. Name the columns there"
    ):
        read(write("x.txt", "100,0.2\n"))


@pytest.mark.parametrize("name", ["auto", *FORMATS])
def test_an_empty_file_is_called_that(write, name):
    with pytest.raises(FormatError, match=r"^expected measurements, got an empty file\. Check that it was written to the end$"):
        read(write("x.json", " \n"), name)


def test_null_is_called_that(write):
    with pytest.raises(FormatError, match=r"^expected measurements, got null\. Take the file the tool wrote"):
        read(write("x.json", "null\n"))


@pytest.mark.parametrize("name", ["auto", "guidellm", "vllm", "aiperf"])
def test_a_file_that_was_cut_says_where(write, guidellm_report, aiperf_records, drawn, name):
    report = json.dumps(guidellm_report(drawn[:2]), indent=1)
    cut = report[: report.rindex("output_tokens")]
    with pytest.raises(FormatError) as refused:
        read(write("benchmarks.json", cut), name)
    line, column = cut.count("\n") + 1, len(cut) - cut.rindex("\n") - 1
    where = f"line {line}: not JSON: unterminated string starting at column {column}"
    assert str(refused.value) == f"{where}. Check that the file is complete"
    records = aiperf_records(drawn[:3]).removesuffix("null}\n")
    with pytest.raises(FormatError, match=r"^line 3: not JSON: expecting value at column \d+\. Check that"):
        read(write("profile_export.jsonl", records), name)


def test_a_report_may_be_yaml(write, guidellm_report, drawn):
    report = guidellm_report(drawn[:20])
    assert read(write("benchmarks.yaml", yaml.dump(report))) == read(write("benchmarks.json", report))


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "x").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FormatError, match=r"^expected UTF-8 text, got other bytes\. Save it as UTF-8$"):
        read(tmp_path / "x")
