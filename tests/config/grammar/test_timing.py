"""Timing in scripts: where it may stand, what it may say, what is refused."""

from __future__ import annotations

import pytest

from understudy import profiles
from understudy.config.grammar.timing import read_profile, read_timing
from understudy.config.script import NO_TIMING, TimingOverride, TimingSpec
from understudy.timing.fixed import Fixed
from understudy.timing.lognormal import Lognormal
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


def test_every_key_of_timing(script):
    assert script("""
        timing: {per-prompt-token: 0.2ms, burstiness: 3, chunk-tokens: {min: 2, max: 5}, scale: 0.5, whole: off}
    """).timing == TimingSpec(per_prompt_token=0.0002, burstiness=3.0, chunk_tokens=(2, 5), scale=0.5, whole=False)
    assert script("timing: {chunk-tokens: 4, whole: true}").timing == TimingSpec(chunk_tokens=(4, 4), whole=True)


def test_overrides_name_models_and_keys(script):
    overrides = script("""
        timing:
          overrides:
            - {model: "gpt-*", itl: 5ms}
            - {model: "gpt-4?", key: sk-slow, scale: 3}
    """).timing.overrides
    assert overrides == (
        TimingOverride(TimingSpec(itl=Fixed(0.005)), "gpt-*"),
        TimingOverride(TimingSpec(scale=3.0), "gpt-4?", "sk-slow"),
    )


def test_models_with_wildcards_are_not_listed(script):
    loaded = script("models: [{id: 'gpt-*', timing: {ttft: 1s}}, gpt-4o]")
    assert loaded.settings["models"] == ["gpt-4o"]
    assert [model.id for model in loaded.models] == ["gpt-*", "gpt-4o"]
    assert "models" not in script("models: ['gpt-*']").settings


def test_a_higher_script_adds_its_overrides_below_so_that_they_win(write, script):
    write("low.yaml", "timing: {itl: 1ms, scale: 2, overrides: [{model: low, scale: 1}]}")
    found = script("extends: low.yaml\ntiming: {scale: 3, overrides: [{model: high, scale: 2}]}").timing
    assert (found.itl, found.scale) == (Fixed(0.001), 3.0)
    assert [each.model for each in found.overrides] == ["low", "high"]


@pytest.mark.parametrize("name", profiles.names())
def test_every_profile_can_be_read(name):
    assert read_profile(name).itl is not None


def test_a_profile_stands_below_the_keys_beside_it(script):
    found = script("timing: {profile: gpt-4o-like, ttft: 1s}").timing
    assert found.ttft == Fixed(1.0)
    assert found.itl == read_profile("gpt-4o-like").itl
    assert isinstance(found.itl, Lognormal)


DURATION = "a duration such as 250ms or 1.5s, or a law such as {uniform: {min: 1s, max: 2s}} (a duration is at most 1e9s)"


@pytest.mark.parametrize(
    ("timing", "problem"),
    [
        ("{ttft: soon}", f"expected {DURATION}, got 'soon'. ($.timing.ttft)"),
        ("{itl: 999999999h}", f"expected {DURATION}, got '999999999h'. ($.timing.itl)"),
        ("{tfft: 1}", "unknown key 'tfft'. Did you mean 'ttft'? ($.timing.tfft)"),
        ("{scale: 0}", "expected a number above 0, at most 1000000, got 0. ($.timing.scale)"),
        ("{burstiness: 0.5}", "expected a number from 1 to 1000, got 0.5. ($.timing.burstiness)"),
        (
            "{per-prompt-token: -1}",
            "expected a duration such as 250ms, 1.5s or 2m (a bare number is milliseconds; at most 1e9s), got -1.",
        ),
        ("{chunk-tokens: 0}", "expected a whole number from 1 up, got 0. ($.timing.chunk-tokens)"),
        ("{chunk-tokens: {min: 3, max: 2}}", "expected min to be at most max, got 3 and 2. ($.timing.chunk-tokens)"),
        ("{whole: maybe}", "expected on or off, got 'maybe'. ($.timing.whole)"),
        ("{profile: 5}", "expected the name of a profile, got 5. ($.timing.profile)"),
        (
            "{overrides: [{itl: 1}]}",
            "expected model, key or both, got none: what holds for all stands beside 'overrides'. ($.timing.overrides[0])",
        ),
        (
            "{overrides: [{model: a, key: b}]}",
            (
                "expected timing such as itl or scale beside model and key, got none: it would change nothing. "
                "($.timing.overrides[0])"
            ),
        ),
        ("{overrides: [{model: a, overrides: []}]}", "unknown key 'overrides': expected one of model,"),
        ("5", "expected a mapping with keys such as profile, latency or ttft, got 5. ($.timing)"),
    ],
)
def test_wrong_timing_is_told(problems, timing, problem):
    (told,) = problems(f"timing: {timing}")
    assert told.startswith(f"script.yaml:1: {problem}")


def test_an_unknown_profile_is_answered_with_the_nearest(problems):
    (told,) = problems("timing: {profile: gpt-4o-lik}")
    assert "profile 'gpt-4o-lik': expected one of " in told
    assert "Did you mean 'gpt-4o-like'?" in told


def test_overrides_stand_at_the_top_only(problems):
    (told,) = problems("models: [{id: a, timing: {overrides: []}}]")
    assert "unknown key 'overrides'" in told


def test_timing_may_come_from_elsewhere():
    assert read_timing({"ttft": "2s", "scale": 2}, "Header") == TimingSpec(ttft=Fixed(2.0), scale=2.0)
    with pytest.raises(ValueError, match=r"^Header: ttft: expected a duration .* got 'x'\. scale: expected a number above 0"):
        read_timing({"ttft": "x", "scale": 0}, "Header")
    with pytest.raises(ValueError, match="only scripts that are files can name files"):
        read_timing({"itl": {"trace": {"file": "gaps.csv"}}}, "Header")
