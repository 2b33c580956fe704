"""When the parts of a stream are due."""

from __future__ import annotations

import pytest

from understudy.config.script import TimingSpec
from understudy.engine.decision import Decision, decide
from understudy.engine.pace import NO_PACE, Pace, fixed
from understudy.model.plan import spelled_out
from understudy.timing.fixed import Fixed
from understudy.timing.lognormal import Lognormal
from understudy.timing.trace import Trace
from understudy.timing.uniform import Uniform

RANDOM = Decision(bytes(16))
TTFT, ITL = Fixed(2.0), Fixed(0.1)
LAW = Lognormal(-4.0, 0.5)


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


def test_every_token_draws_for_itself():
    drawn = waits(Pace(None, None, Uniform(0.0, 1.0)), [0, *[1] * 50])[2:]
    assert len(set(drawn)) > 45


def test_a_frame_waits_for_each_of_its_tokens():
    assert waits(Pace(None, TTFT, ITL), [0, 3, 2, 0]) == pytest.approx([2.2, 0.0, 0.2, 0.0])
    assert waits(Pace(None, TTFT, ITL), [3, 2]) == pytest.approx([2.2, 0.2])


def test_the_delay_of_the_settings_is_one_for_an_event():
    assert waits(Pace(delay=0.1), [0, 3, 2, 0]) == [0.1, 0.0, 0.1, 0.0]
    assert waits(Pace(delay=0.1, scale=2.0), [3, 2]) == [0.2, 0.2]
    assert waits(Pace(itl=Fixed(1.0), delay=0.1), [0, 1, 1]) == [0.1, 0.0, 1.0]
    assert waits(Pace(ttft=TTFT, delay=0.1), [0, 1, 1]) == [2.0, 0.0, 0.1]
    assert Pace(delay=0.1).streams


def test_the_tokens_of_the_prompt_come_before_the_first_event():
    pace = Pace(ttft=TTFT, per_prompt_token=0.001)
    assert list(pace.waits([0, 1], RANDOM, 500)) == [2.5, 0.0]
    assert list(Pace(per_prompt_token=0.001).waits([0, 1], RANDOM, 500)) == [0.5, 0.0]
    assert Pace(per_prompt_token=0.001).streams


def test_a_scale_multiplies_every_wait():
    pace = Pace(Fixed(1.0), TTFT, ITL, per_prompt_token=0.001, scale=3.0)
    assert pace.before(RANDOM) == 3.0
    assert list(pace.waits([0, 1, 1], RANDOM, 1000)) == pytest.approx([9.0, 0.0, 0.3])
    assert pace.scaled(2.0).scale == 6.0
    assert Pace(ttft=TTFT).scaled(2.0) == Pace(ttft=TTFT, scale=2.0)
    assert pace.scaled(1.0) is pace


@pytest.mark.parametrize("law", [ITL, LAW, Trace((0.01, 0.02, 0.05), "random")], ids=repr)
@pytest.mark.parametrize("tokens", [[0], [0, 0], [1], [0, 1, 0], [0, *[1] * 500, 0], [0, *[3] * 400, 2, 0], [5, 1]], ids=len)
def test_a_whole_answer_takes_the_time_of_its_stream(law, tokens):
    for burstiness, scale in ((None, None), (3.0, 2.5)):
        pace = Pace(Fixed(9.0), LAW, law, 0.002, burstiness, scale=scale)
        streamed = sum(pace.waits(tokens, RANDOM, 77))
        assert pace.whole(sum(tokens), RANDOM, 77) == pytest.approx(streamed, rel=1e-12)
        assert streamed > 0.0


def test_whole_answers_need_not_wait():
    assert Pace(ttft=TTFT, itl=ITL, whole_answers=False).whole(10, RANDOM) == 0.0
    assert Pace(delay=0.1).whole(10, RANDOM) == 0.0
    assert Pace(itl=ITL, delay=0.1).whole(11, RANDOM) == pytest.approx(1.0)
    assert Pace(ttft=TTFT, itl=ITL).whole(0, RANDOM) == 2.0


def test_a_stream_without_events_waits_for_nothing():
    assert waits(Pace(None, TTFT, ITL), []) == []


def test_a_pace_is_made_of_what_a_script_says():
    spec = TimingSpec(ITL, TTFT, LAW, 0.1, 2.0, (1, 2), 3.0, False)
    assert Pace.of(spec) == Pace(ITL, TTFT, LAW, 0.1, 2.0, (1, 2), 3.0, False)
    Pace.of(spec).prepare()


def test_a_latency_is_never_negative():
    drawn = [Pace(Uniform(-0.5, 0.5)).before(decide(str(i).encode(), 0)) for i in range(100)]
    assert min(drawn) == 0.0
    assert 0.4 < max(drawn) <= 0.5


def test_what_a_pace_leaves_open_is_filled():
    assert Pace(None, TTFT).over(Pace(ITL, ITL, ITL)) == Pace(ITL, TTFT, ITL)
    assert Pace(None, TTFT).over(None) == Pace(None, TTFT)
    assert Pace(scale=2.0, whole_answers=False).over(Pace(scale=3.0, burstiness=4.0, whole_answers=True)) == Pace(
        burstiness=4.0, scale=2.0, whole_answers=False
    )
    assert NO_PACE.over(Pace(ITL)) == Pace(ITL)


def test_no_seconds_are_no_law():
    assert fixed(0.0) is None
    assert fixed(0.5) == Fixed(0.5)


@pytest.fixture
def steps(make_request):
    """The steps of an answer, runs spelled out."""
    return lambda to, body, **head: list(spelled_out(to.respond(make_request(body, **head)).steps))


def test_latency_jitter_and_event_delay_are_settings(engine, steps, chat):
    to = engine(latency="100", jitter="50ms", response_delay_ms="10")
    first, *rest = [step for step in steps(to, chat(stream=True)) if isinstance(step, float)]
    assert 0.05 <= first <= 0.15
    assert rest
    assert set(rest) == {0.01}
    assert [step for step in steps(to, chat()) if isinstance(step, float)]


def test_the_closest_timing_counts(engine, steps, chat):
    to = engine(
        "version: 1\n"
        "timing: {latency: 1ms, overrides: [{model: some-*, latency: 25ms}, {key: sk-slow, latency: 26ms}]}\n"
        "models: [{id: slow, timing: {latency: 2ms}}, {id: 'slow-*', timing: {latency: 21ms}}]\n"
        "rules:\n  - {name: r, when: {user: rule}, reply: x, timing: {latency: 3ms}}\n"
        "  - {name: s, when: {user: reply}, reply: {text: x, timing: {latency: 4ms}}, timing: {latency: 3ms}}\n"
        "  - {name: e, when: {user: error}, reply: {error: 500, timing: {latency: 5ms}}}\n"
    )
    asked = [
        (("hi", "fast"), {}, 0.001),
        (("hi", "slow"), {}, 0.002),
        (("hi", "slow-2"), {}, 0.021),
        (("hi", "some-1"), {}, 0.025),
        (("hi", "slow"), {"authorization": "Bearer sk-slow"}, 0.026),
        (("rule", "slow"), {"authorization": "Bearer sk-slow"}, 0.003),
        (("reply", "slow"), {}, 0.004),
        (("error", "slow"), {}, 0.005),
        (("[429]", "slow"), {}, 0.002),
        (("error", "slow"), {"x-understudy-timing": "latency=7"}, 0.007),
    ]
    for words, headers, wait in asked:
        assert steps(to, chat(*words), headers=headers)[0] == wait


def test_a_request_may_ask_for_timing_where_nothing_else_does(engine, steps, chat):
    found = steps(engine(), chat(stream=True), headers={"x-understudy-timing": "ttft=2s;itl=50ms"})
    assert [step for step in found if isinstance(step, float)][:2] == [2.0, 0.05]


def test_the_lead_of_a_stream_waits_for_nothing():
    assert list(Pace(None, TTFT, ITL).waits([0, 0, 0, 1, 1, 0], RANDOM, lead=2)) == [0.0, 0.0, 2.0, 0.0, 0.1, 0.0]
    assert list(Pace(None, TTFT).waits([0, 0, 0], RANDOM, lead=2)) == [0.0, 0.0, 2.0]
