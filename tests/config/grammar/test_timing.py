"""Timing in scripts: durations and the laws of the timing room."""

from __future__ import annotations

import pytest

from understudy.config.grammar.timing import LATER, laws
from understudy.config.script import NO_TIMING, TimingSpec
from understudy.timing.fixed import Fixed
from understudy.timing.uniform import Uniform


def test_timing_stands_at_every_level(script):
    loaded = script("""
        timing: {ttft: 350, itl: {uniform: {min: 10ms, max: 30ms}}}
        models: [{id: slow, timing: {ttft: 2s}}, quick]
        rules:
          - timing: {latency: 1s}
            reply: {text: a, timing: {itl: 0}}
    """)
    assert loaded.timing == TimingSpec(ttft=Fixed(0.35), itl=Uniform(0.01, 0.03))
    assert [model.timing for model in loaded.models] == [TimingSpec(ttft=Fixed(2.0)), NO_TIMING]
    assert loaded.rules[0].timing == TimingSpec(latency=Fixed(1.0))
    assert loaded.rules[0].replies[0].timing == TimingSpec(itl=Fixed(0.0))


@pytest.mark.parametrize(
    ("timing", "problem"),
    [
        (
            "{ttft: soon}",
            (
                "expected a duration such as 250ms or 1.5s, or a law such as {uniform: {min: 1s, max: 2s}}, got 'soon'. "
                "($.timing.ttft)"
            ),
        ),
        ("{ttft: {}}", "expected one law of fixed or uniform, got 0. ($.timing.ttft)"),
        ("{ttft: {fixed: 1s, uniform: 2}}", "expected one law of fixed or uniform, got 2. ($.timing.ttft)"),
        (
            "{ttft: {uniforn: {min: 1, max: 2}}}",
            "unknown law 'uniforn': expected fixed or uniform. Did you mean 'uniform'? ($.timing.ttft.uniforn)",
        ),
        (
            "{ttft: {uniform: {min: 2s, max: 1s}}}",
            "uniform {'min': '2s', 'max': '1s'}: expected min to be at most max. ($.timing.ttft.uniform)",
        ),
        ("{tfft: 1}", "unknown key 'tfft'. Did you mean 'ttft'? ($.timing.tfft)"),
        (
            "{per-prompt-token: 0.2ms}",
            "unknown key 'per-prompt-token': this version does not have it yet. Remove it. ($.timing.per-prompt-token)",
        ),
        ("5", "expected a mapping with latency, ttft or itl, got 5. ($.timing)"),
    ],
)
def test_wrong_timing_is_told(problems, timing, problem):
    assert problems(f"timing: {timing}") == [f"script.yaml:1: {problem}"]


@pytest.mark.parametrize("law", sorted(LATER - set(laws().names())))
def test_laws_of_the_format_that_are_not_there_yet_are_refused_as_such(problems, law):
    assert problems(f"timing: {{ttft: {{{law}: {{}}}}}}") == [
        f"script.yaml:1: unknown law '{law}': this version does not have it yet. Remove it. ($.timing.ttft.{law})"
    ]
