"""When the parts of a stream are due."""

from __future__ import annotations

from understudy.engine.decision import Decision, decide
from understudy.engine.pace import NO_PACE, Pace, fixed
from understudy.timing.fixed import Fixed
from understudy.timing.uniform import Uniform

RANDOM = Decision(bytes(16))
TTFT, ITL = Fixed(2.0), Fixed(0.1)


def waits(pace, tokens):
    return list(pace.waits(tokens, RANDOM))


def test_the_role_travels_with_the_first_text_and_the_finish_with_the_last():
    assert waits(Pace(None, TTFT, ITL), [0, 1, 1, 1, 0]) == [2.0, 0.0, 0.1, 0.1, 0.0]


def test_a_stream_without_a_role_waits_for_its_first_text():
    assert waits(Pace(None, TTFT, ITL), [1, 1, 1]) == [2.0, 0.1, 0.1]


def test_a_stream_that_says_nothing_still_waits_for_its_first_event():
    assert waits(Pace(None, TTFT, ITL), [0, 0]) == [2.0, 0.0]


def test_either_law_may_be_missing():
    assert waits(Pace(None, None, ITL), [0, 1, 1]) == [0.0, 0.0, 0.1]
    assert waits(Pace(None, TTFT, None), [0, 1, 1]) == [2.0, 0.0, 0.0]
    assert not NO_PACE.streams


def test_every_event_draws_for_itself():
    drawn = waits(Pace(None, None, Uniform(0.0, 1.0)), [0, *[1] * 50])[2:]
    assert len(set(drawn)) == 49


def test_a_latency_is_never_negative():
    drawn = [Pace(Uniform(-0.5, 0.5)).before(decide(str(i).encode(), 0)) for i in range(100)]
    assert min(drawn) == 0.0
    assert 0.4 < max(drawn) <= 0.5


def test_what_a_pace_leaves_open_is_filled():
    assert Pace(None, TTFT).over(Pace(ITL, ITL, ITL)) == Pace(ITL, TTFT, ITL)
    assert Pace(None, TTFT).over(None) == Pace(None, TTFT)


def test_no_seconds_are_no_law():
    assert fixed(0.0) is None
    assert fixed(0.5) == Fixed(0.5)


def test_latency_jitter_and_event_delay_are_settings(engine, ask, chat):
    to = engine(latency="100", jitter="50ms", response_delay_ms="10")
    first, *rest = [step for step in ask(chat(stream=True), to=to).steps if isinstance(step, float)]
    assert 0.05 <= first <= 0.15
    assert rest
    assert set(rest) == {0.01}
    assert [step for step in ask(chat(), to=to).steps if isinstance(step, float)]


def test_rules_models_and_the_script_each_have_a_pace(engine, ask, chat):
    to = engine(
        "version: 1\ntiming: {latency: 1ms}\nmodels: [{id: slow, timing: {latency: 2ms}}]\n"
        "rules:\n  - {name: r, when: {user: rule}, reply: x, timing: {latency: 3ms}}\n"
        "  - {name: s, when: {user: reply}, reply: {text: x, timing: {latency: 4ms}}, timing: {latency: 3ms}}\n"
        "  - {name: e, when: {user: error}, reply: {error: 500, timing: {latency: 5ms}}}\n"
    )
    asked = [("hi", "fast"), ("hi", "slow"), ("rule", "slow"), ("reply", "slow"), ("error", "slow")]
    assert [ask(chat(*each), to=to).steps[0] for each in asked] == [0.001, 0.002, 0.003, 0.004, 0.005]
