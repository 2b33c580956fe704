"""Recorded scripts."""

from __future__ import annotations

import pytest

from understudy.fitting import FormatError, Request, script
from understudy.fitting.fit import fit

RECORDED = """
rules:
  - when: {user: hi}
    reply:
      text: Hello there
      timing: {ttft: 350ms, itl: {trace: {gaps: [20ms, 31ms]}}}
      usage: {prompt_tokens: 9, completion_tokens: 3}
  - timing: {ttft: 1.5s, itl: 10ms}
    replies: [{text: a}, {text: b, timing: {ttft: 2s}}]
  - reply: no times here
  - {timing: {ttft: {lognormal: {median: 1s, p99: 2s}}}, reply: a law is no measurement}
"""


def test_each_timing_is_a_request(source):
    found = script.read(source(RECORDED, "recorded.yaml"), 1)
    assert found.requests == (
        Request(0.35, 9, 3, pytest.approx(0.051), (0.02, 0.031)),
        Request(1.5, None, 2, 0.01, (0.01,)),
        Request(2.0, None, 1, None, ()),
    )
    assert found.left_out == 1


@pytest.mark.parametrize(
    ("itl", "gaps"), [("{trace: {gaps: [20ms, 20ms]}}", (0.02, 0.02)), ("20ms", (0.02,))], ids=["trace", "duration"]
)
def test_what_is_billed_and_not_seen_takes_no_time_between_tokens(itl, gaps, source):
    usage = "{prompt_tokens: 9, completion_tokens: 211, reasoning_tokens: 200}"
    found = script.read(source(f"rules: [{{reply: {{text: x, usage: {usage}, timing: {{itl: {itl}}}}}}}]", "r.yaml"), 1)
    assert [(request.gaps, request.output) for request in found.requests] == [(gaps, len(gaps) + 1)]
    assert fit(found).timing == {"itl": "20ms"}


def test_gaps_may_be_in_a_file_beside_the_script(source, write):
    write("gaps.csv", "5ms\n6ms\n")
    text = "rules: [{reply: {text: x, timing: {itl: {trace: {file: gaps.csv}}}}}]"
    assert script.read(source(text, "r.yaml"), 1).requests[0].gaps == (0.005, 0.006)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "rules: {}",
            r"^\$\.rules: expected a list of rules, got a mapping\. Fit a recorded script or what a load tool wrote$",
        ),
        ("rules: [{a: b: c}]", "^line 1: "),
        ("rules: [{reply: {text: x, timing: {itl: {trace: {file: none.csv}}}}}]", "^itl: trace 'none.csv': no such file"),
    ],
)
def test_mistakes_say_where_they_are(source, text, message):
    with pytest.raises(FormatError, match=message):
        script.read(source(text, "r.yaml"), 1)


def test_a_script_holds_one_run(source):
    with pytest.raises(FormatError, match=r"^run 2: expected 1"):
        script.read(source(RECORDED, "r.yaml"), 2)
