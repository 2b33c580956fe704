"""Finding out what a file is."""

from __future__ import annotations

import json

import pytest

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
    with pytest.raises(FormatError, match=r"^expected one of guidellm, vllm, aiperf, script, csv, got something else"):
        read(write("x.txt", "hello"))
    with pytest.raises(FormatError, match=r"^format 'vlm': expected auto or one of .* Did you mean 'vllm'?"):
        read(write("x.txt", "hello"), "vlm")


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "x").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FormatError, match=r"^expected UTF-8 text$"):
        read(tmp_path / "x")
