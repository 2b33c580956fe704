"""X-Understudy-Timing: one request's own timing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from understudy.engine.controls import Controls, read
from understudy.engine.pace import Pace
from understudy.errors import RequestError
from understudy.timing.fixed import Fixed
from understudy.timing.lognormal import Lognormal
from understudy.timing.percentiles import Percentiles
from understudy.timing.trace import Trace


def timing(text):
    return read("", {"x-understudy-timing": text})


def test_every_key_may_be_given():
    text = "ttft=2s; itl=50; latency=1.5s;scale=2;per-prompt-token=0.1ms;burstiness=3;chunk-tokens=4;whole=off;"
    expected = Pace(Fixed(1.5), Fixed(2.0), Fixed(0.05), 0.0001, 3.0, (4, 4), 2.0, False)
    assert timing(text) == Controls(timing=expected)


def test_a_profile_may_be_named():
    pace = timing("profile=gpt-4o-like;ttft=1s").timing
    assert pace.ttft == Fixed(1.0)
    assert pace.itl is not None


def test_laws_may_be_given_as_in_a_script():
    given = timing(
        "ttft={lognormal: {median: 200ms, p99: 600ms}}; itl=20ms;latency={ trace : {gaps: [1, '2ms'], start: random}}"
    )
    assert given.timing == Pace(
        Trace((0.001, 0.002), "random"), Lognormal.build({"median": "200ms", "p99": "600ms"}), Fixed(0.02)
    )
    assert timing("itl={percentiles: {p50: 0, p99: 20}};").timing.itl == Percentiles(((0.5, 0.0), (0.99, 0.02)))
    assert timing("chunk-tokens={min: 1, max: 3}").timing.chunk_tokens == (1, 3)


def test_plain_values_are_read_as_in_a_script():
    assert timing("scale=1e2;itl=2e-2;whole=false").timing == Pace(itl=Fixed(0.00002), scale=100.0, whole_answers=False)


def test_plain_values_need_no_yaml():
    code = (
        "import sys; from understudy.engine.controls import read; "
        "read('', {'x-understudy-timing': '%s'}); print('yaml' in sys.modules)"
    )
    said = [
        subprocess.run([sys.executable, "-c", code % text], capture_output=True, text=True, check=True).stdout.strip()
        for text in ("ttft=2s;itl=50ms", "itl={exponential: {mean: 50ms}}")
    ]
    assert said == ["False", "True"]


def test_a_streamed_answer_takes_the_time_of_the_whole_one_unless_its_body_differs(engine, ask, chat):
    to = engine("timing: {ttft: {lognormal: {median: 1s, p99: 3s}}, itl: {exponential: {mean: 20ms}}}")
    whole, by_query, by_body = (
        sum(step for step in ask(body, path, to=to).steps if isinstance(step, float))
        for body, path in (
            (chat(), "/v1/chat/completions"),
            (chat(), "/v1/chat/completions?stream=true"),
            (chat(stream=True), "/v1/chat/completions"),
        )
    )
    assert by_query == pytest.approx(whole)
    assert by_body != pytest.approx(whole)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ttft", "X-Understudy-Timing 'ttft': expected each key once, as KEY=VALUE such as ttft=2s;itl=50ms"),
        ("ttft=1;ttft=2", "X-Understudy-Timing 'ttft=2': expected each key once"),
        ("ttft=soon", "X-Understudy-Timing: ttft: expected a duration such as 250ms"),
        ("ttft=", "X-Understudy-Timing: ttft: expected a duration such as 250ms"),
        ("", "X-Understudy-Timing '': expected KEY=VALUE such as ttft=2s;itl=50ms, got none"),
        (" ;; ", "X-Understudy-Timing ' ;; ': expected KEY=VALUE such as ttft=2s;itl=50ms, got none"),
        ("ttft=1s, itl=2s", "X-Understudy-Timing 'ttft=1s, itl=2s': expected one header of that name, with ; between its keys"),
        ("itl={fixed: 1}, itl=2", "X-Understudy-Timing 'itl={fixed: 1}, itl=2': expected one header of that name"),
        ("itl={uniform: {min: 1}}", "X-Understudy-Timing: itl.uniform: uniform {'min': 1}: expected {min: DURATION"),
        ("itl={unifrom: {min: 1}}", "X-Understudy-Timing: itl.unifrom: unknown law 'unifrom'"),
        ("itl={uniform: {min: 1", "X-Understudy-Timing: itl '{uniform: {min: 1': not YAML: "),
        ("itl={fixed: 1} 2", "X-Understudy-Timing: itl '{fixed: 1} 2': not YAML: "),
        ("itl={fixed: !!set {}}", "X-Understudy-Timing: itl '{fixed: !!set {}}': tag '!!set': expected plain YAML"),
        ("itl={trace: {file: gaps.csv}}", "X-Understudy-Timing: itl.trace: file 'gaps.csv': expected the values themselves"),
        ("tfft=1", "X-Understudy-Timing: tfft: unknown key 'tfft'. Did you mean 'ttft'?"),
        ("scale=0", "X-Understudy-Timing: scale: expected a number above 0"),
        ("profile=nobody", "X-Understudy-Timing: profile: profile 'nobody': expected one of"),
        ("overrides=x", "X-Understudy-Timing: overrides: unknown key 'overrides'"),
    ],
)
def test_mistakes_are_named(text, message):
    with pytest.raises(RequestError) as caught:
        timing(text)
    assert caught.value.failure.status == 400
    assert caught.value.failure.message.startswith(message)
