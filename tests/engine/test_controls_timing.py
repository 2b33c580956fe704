"""X-Understudy-Timing: one request's own timing."""

from __future__ import annotations

import pytest

from understudy.engine.controls import Controls, read
from understudy.engine.pace import Pace
from understudy.errors import RequestError
from understudy.timing.fixed import Fixed


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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ttft", "X-Understudy-Timing 'ttft': expected each key once, as KEY=VALUE such as ttft=2s;itl=50ms"),
        ("ttft=1;ttft=2", "X-Understudy-Timing 'ttft=2': expected each key once"),
        ("ttft=soon", "X-Understudy-Timing: ttft: expected a duration such as 250ms"),
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
