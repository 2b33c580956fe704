"""The timeline in scripts: phases, how they follow one another, and every mistake."""

from __future__ import annotations

import pytest

from understudy.config.script import NO_TIMELINE, NO_TIMING, Phase, TimelineSpec, TimingSpec
from understudy.timing.fixed import Fixed


def test_a_list_is_a_timeline_that_starts_with_the_server(script):
    loaded = script("""
        timeline:
          - {at: 60s, for: 30s, timing: {scale: 4, itl: 80ms}, name: brown-out}
          - {at: 90s, ramp: 10s}
    """)
    assert loaded.timeline == TimelineSpec(
        (
            Phase(name="brown-out", at=60.0, lasts=30.0, scale=4.0, timing=TimingSpec(itl=Fixed(0.08))),
            Phase(name="phase 2", at=90.0, ramp=10.0),
        ),
        "server",
        None,
    )


def test_a_mapping_says_when_it_starts_and_repeats(script):
    spec = script("timeline: {start: api, repeat: 5m, phases: [{at: 0, for: 1m}]}").timeline
    assert (spec.start, spec.repeat) == ("api", 300.0)
    assert spec.phases == (Phase(name="phase 1", at=0.0, lasts=60.0, timing=NO_TIMING),)


def test_without_a_beginning_a_phase_follows_the_one_above(script):
    phases = script("timeline: [{for: 60s}, {for: 30s}, {at: 200s, for: 10s}, {ramp: 10s}]").timeline.phases
    assert [phase.at for phase in phases] == [0.0, 60.0, 200.0, 210.0]


@pytest.mark.parametrize("text", ["version: 1", "timeline:", "timeline: null"])
def test_none_is_none(script, text):
    assert script(text).timeline is NO_TIMELINE


def test_the_timeline_of_the_highest_file_replaces_the_others(write, script):
    write("below.yaml", "timeline: [{at: 1s}, {at: 2s}]")
    assert [phase.at for phase in script("extends: below.yaml").timeline.phases] == [1.0, 2.0]
    assert script("extends: below.yaml\ntimeline: []").timeline == TimelineSpec(())
    assert [phase.at for phase in script("extends: below.yaml\ntimeline: [{at: 3s}]").timeline.phases] == [3.0]


@pytest.mark.parametrize(
    ("timeline", "problem"),
    [
        ("5", "expected a list of phases, or a mapping with phases, got 5. ($.timeline)"),
        ("{}", "expected the key 'phases', got none. ($.timeline)"),
        ("{start: now, phases: []}", "expected server or api, got 'now'. ($.timeline.start)"),
        (
            "{repeat: 0, phases: []}",
            (
                "expected a duration above 0 such as 250ms, 1.5s or 2m "
                "(a bare number is milliseconds; at most 1e9s), got 0. ($.timeline.repeat)"
            ),
        ),
        (
            "[{at: 1s, for: 0}]",
            (
                "expected a duration above 0 such as 250ms, 1.5s or 2m (a bare number is milliseconds; at most 1e9s), got 0. "
                "($.timeline[0].for)"
            ),
        ),
        ("[{at: 1s, fro: 5s}]", "unknown key 'fro'. Did you mean 'for'? ($.timeline[0].fro)"),
        (
            "[{at: 1s}, {for: 5s}]",
            "expected 'at', since the phase above holds to the end, got none. Give one of them. ($.timeline[1])",
        ),
        (
            "[{at: 1s, for: 5s, ramp: 6s}]",
            "expected a ramp that ends within the phase (5s), got 6s. ($.timeline[0].ramp)",
        ),
        (
            "{repeat: 60s, phases: [{at: 50s, for: 11s}]}",
            "expected a phase within the 60s of 'repeat', got one from 50s to 61s. ($.timeline.phases[0])",
        ),
        (
            "{repeat: 60s, phases: [{at: 60s}]}",
            "expected a phase within the 60s of 'repeat', got one that begins at 60s. ($.timeline.phases[0])",
        ),
        ("[{timing: {tfft: 1}}]", "unknown key 'tfft'. Did you mean 'ttft'? ($.timeline[0].timing.tfft)"),
    ],
)
def test_mistakes_are_told(problems, timeline, problem):
    assert problems(f"timeline: {timeline}") == [f"script.yaml:1: {problem}"]
