"""Laws in scripts: every law of the timing room, its mistakes, the files it names."""

from __future__ import annotations

import pytest

from understudy import timing
from understudy.config.script import TimingSpec
from understudy.timing.fixed import Fixed
from understudy.timing.trace import Trace

NAMES = "exponential, fixed, gamma, lognormal, normal, percentiles, trace or uniform"
WRITTEN = {
    "exponential": {"mean": "20ms"},
    "fixed": "20ms",
    "gamma": {"mean": "20ms", "cv": 0.5},
    "lognormal": {"median": "350ms", "p99": "2s"},
    "normal": {"mean": "20ms", "stddev": "4ms"},
    "percentiles": {"p50": 20, "p90": 30, "p95": 40, "p99.9": "1s"},
    "trace": {"gaps": ["20ms", 31]},
    "uniform": {"min": 1, "max": 2},
}


def test_the_laws_of_the_format_are_all_there():
    assert timing.laws().names() == sorted(WRITTEN)


@pytest.mark.parametrize("name", WRITTEN)
def test_every_law_can_be_written(script, name):
    found = script(f"timing: {{itl: {{{name}: {WRITTEN[name]}}}}}").timing
    assert found == TimingSpec(itl=timing.build({name: WRITTEN[name]}))


@pytest.mark.parametrize(
    ("law", "problem"),
    [
        ("{}", f"expected one law of {NAMES}, got 0. ($.timing.ttft)"),
        ("{fixed: 1s, uniform: 2}", f"expected one law of {NAMES}, got 2. ($.timing.ttft)"),
        (
            "{uniforn: {min: 1, max: 2}}",
            f"unknown law 'uniforn': expected {NAMES}. Did you mean 'uniform'? ($.timing.ttft.uniforn)",
        ),
        (
            "{uniform: {min: 2s, max: 1s}}",
            "uniform {'min': '2s', 'max': '1s'}: expected min to be at most max. ($.timing.ttft.uniform)",
        ),
        ("{trace: {file: gaps.csv}}", "file 'gaps.csv': no such file. Check the path. ($.timing.ttft.trace)"),
        (
            "{trace: {file: ../gaps.csv}}",
            (
                "file '../gaps.csv': expected a file in the folder of this script or below, got a path that may leave it. "
                "($.timing.ttft.trace)"
            ),
        ),
    ],
)
def test_a_wrong_law_is_told(problems, law, problem):
    assert problems(f"timing: {{ttft: {law}}}") == [f"script.yaml:1: {problem}"]


def test_a_trace_is_read_from_beside_the_script_that_names_it(write, script):
    gaps = write("shared/gaps.csv", "gap_ms,event\n20,1\n31.5ms,2\n")
    write("shared/shared.yaml", "timing: {itl: {trace: {file: gaps.csv}}, ttft: 1s}")
    loaded = script("extends: shared/shared.yaml")
    assert loaded.timing == TimingSpec(ttft=Fixed(1.0), itl=Trace((0.02, 0.0315)))
    assert gaps in loaded.sources


def test_a_mistake_in_a_trace_is_told_with_its_line(write, problems):
    write("gaps.csv", "20\nsoon\n")
    (told,) = problems("timing: {itl: {trace: {file: gaps.csv}}}")
    assert told.startswith("script.yaml:1: gaps.csv:2: duration 'soon': expected milliseconds, or a number with ms")


def test_a_file_that_is_no_text_is_refused(tmp_path, problems):
    (tmp_path / "gaps.csv").write_bytes(b"20\n\xff\n")
    (told,) = problems("timing: {itl: {trace: {file: gaps.csv}}}")
    assert "file 'gaps.csv:2': expected UTF-8 text" in told
