"""Telling what is wrong, with file, line and place."""

from __future__ import annotations

from understudy.config.grammar.report import Checks, Report, Timed
from understudy.config.script import TimingSpec
from understudy.config.source import parse


def test_a_problem_has_file_line_and_path():
    report = Report(parse("a: 1\nb:\n  - c", "x.yaml"), Checks())
    report.add(("b", 0), "no.")
    report.mismatch(("a",), "a text", 1, advice="Quote it.")
    assert [str(problem) for problem in report.problems] == [
        "x.yaml:3: no. ($.b[0])",
        "x.yaml:1: expected a text, got 1. Quote it. ($.a)",
    ]


def test_a_timing_is_found_again_by_its_keys():
    document = parse("timing:\n  profile: any\n  ttft: 1\n  itl: 1", "x.yaml")
    timed = Timed(TimingSpec(), ("timing",), document)
    assert str(timed.problem(["itl", "ttft"], "no.")) == "x.yaml:3: no. ($.timing)"
    assert str(timed.problem(["itl", "whole"], "no.")) == "x.yaml:1: no. ($.timing)"  # the second comes of the profile
