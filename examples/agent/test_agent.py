"""The tests of the agent, as a user of the fixture would write them."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest
from agent import ROUNDS, Agent, AgentError

WEATHER = {"get_weather": lambda city: f"sunny in {city}"}
RAIN = {"get_weather": lambda city: f"rain in {city}"}
scripted = pytest.mark.understudy(script="weather.yaml")


@pytest.fixture
def agent(understudy):
    """An agent whose pauses take no time of ours, but some of the server's where that is virtual."""
    sleep = understudy.clock.advance if understudy.clock.mode == "virtual" else lambda _seconds: None
    return Agent(WEATHER, sleep)


@scripted
def test_it_uses_its_tool(understudy, agent):
    assert agent.answer("How is the weather in Paris?") == "Take your sunglasses."
    assert agent.log == ["get_weather(Paris)"]
    assert [call.rule for call in understudy.calls] == ["look", "sunglasses"]
    assert understudy.calls[-1].tool_result == "sunny in Paris"


@scripted
def test_other_weather(understudy):
    assert Agent(RAIN).answer("How is the weather in Paris?") == "Take your umbrella."
    understudy.assert_called(tool_result={"contains": "rain"}, times=1)


@scripted
@pytest.mark.parametrize("failures", [1, 2])
def test_a_busy_model_is_asked_again(understudy, agent, failures):
    understudy.on(dialect="openai").fail(429, times=failures)
    assert agent.answer("How is the weather in Paris?") == "Take your sunglasses."
    understudy.assert_called(dialect="openai", times=2 + failures)
    understudy.assert_not_called(dialect="anthropic")


@pytest.mark.understudy(script="weather.yaml", clock="virtual")
def test_it_waits_as_long_as_it_is_told(understudy, agent):
    understudy.on().fail(429, times=1, retry_after="20s")
    agent.answer("How is the weather in Paris?")
    assert understudy.clock.now == 20
    understudy.assert_resilient()


@pytest.mark.understudy(script="weather.yaml", clock="virtual")
def test_its_pauses_grow(understudy, agent):
    understudy.on().fail(500, times=2)
    agent.answer("How is the weather in Paris?")
    assert understudy.clock.now == 1.5


@scripted
@pytest.mark.parametrize("status", [400, 401, 429, 500, 503])
def test_another_provider_takes_over(understudy, agent, status):
    understudy.on(dialect="openai").fail(status)
    assert agent.answer("How is the weather in Paris?") == "Take your sunglasses."
    assert agent.log[1:] == ["get_weather(Paris)"]
    understudy.assert_called(dialect="anthropic", times=2)
    assert understudy.calls[-1].model == "claude-haiku-4-5"


@scripted
@pytest.mark.parametrize("kind", ["reset", "close"])
def test_a_broken_connection_is_no_answer(understudy, agent, kind):
    understudy.on(dialect="openai").fault(kind, at="before-headers")
    assert agent.answer("How is the weather in Paris?") == "Take your sunglasses."


def test_it_gives_up_when_nobody_answers(understudy, agent):
    understudy.on().fail("overloaded")
    with pytest.raises(AgentError, match="anthropic"):
        agent.answer("hello")
    assert [call.dialect for call in understudy.calls] == ["openai"] * 3 + ["anthropic"]


def test_it_does_not_use_tools_for_ever(understudy, agent):
    understudy.on().reply(tool_calls=[{"name": "get_weather", "arguments": {"city": "Rome"}}])
    with pytest.raises(AgentError, match="rounds"):
        agent.answer("How is the weather?")
    understudy.assert_called(times=ROUNDS)


def test_no_credit_is_not_tried_again(understudy, agent):
    understudy.on(dialect="openai").fail("insufficient_quota")
    understudy.on(dialect="anthropic").reply("hello")
    assert agent.answer("hello") == "hello"
    understudy.assert_called(dialect="openai", times=1)
    understudy.assert_resilient()


@pytest.mark.understudy(clock="auto")
def test_slow_streams_take_no_time(understudy, agent):
    began = time.monotonic()
    understudy.on(user="count").reply("one two three four").timing(ttft="30s", itl="5s")
    assert agent.stream("count") == "one two three four"
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("kind", ["reset", "early-end", "truncated-json", "error-event"])
def test_a_stream_that_breaks_is_asked_for_again(understudy, agent, kind):
    understudy.on(user="count", stream=True).reply("one two three four").fault(kind, at={"event": 3})
    understudy.on(user="count").reply("one two three four")
    assert agent.stream("count") == "one two three four"
    assert [call.stream for call in understudy.calls] == [True, False]
    understudy.assert_resilient()


@pytest.mark.understudy(strict=True)
def test_every_prompt_is_scripted(understudy, agent):
    understudy.on(user="hello", dialect="openai").reply("hi")
    assert agent.answer("hello") == "hi"


def test_replies_may_be_worked_out(understudy, agent):
    understudy.on(user={"regex": r"(\d+) times (\d+)"}).reply(lambda call: str(int(call.match["1"]) * int(call.match["2"])))
    assert agent.answer("what is 6 times 7?") == "42"


@scripted
def test_many_threads_share_a_server(understudy):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: Agent(WEATHER).answer("How is the weather in Paris?"), range(16)))
    assert set(found) == {"Take your sunglasses."}
    understudy.assert_called(times=32)


def test_sessions_keep_sequences_apart(understudy):
    understudy.on().replies("one", "two")
    messages = [{"role": "user", "content": "next"}]
    for name in ("a", "b"):
        with understudy.session(name) as session, openai.OpenAI(base_url=session.openai_url) as client:
            said = [
                client.chat.completions.create(model="gpt-4o", messages=messages).choices[0].message.content for _ in range(2)
            ]
            assert said == ["one", "two"]
            assert len(session.calls) == 2


def test_async_clients(understudy):
    understudy.on(user={"regex": "q(?P<n>\\d+)"}).reply(lambda call: f"a{call.match['n']}")

    async def ask(client, n):
        messages = [{"role": "user", "content": f"q{n}"}]
        return (await client.chat.completions.create(model="gpt-4o", messages=messages)).choices[0].message.content

    async def ask_all():
        async with openai.AsyncOpenAI() as client:
            return await asyncio.gather(*[ask(client, n) for n in range(10)])

    assert asyncio.run(ask_all()) == [f"a{n}" for n in range(10)]


@pytest.mark.understudy(seed=7, reply="generate", token_mean=12, token_stddev=0)
def test_answers_that_nobody_wrote_are_the_same_each_time(understudy, agent):
    first = agent.answer("tell me something")
    understudy.reset()
    assert agent.answer("tell me something") == first
    assert understudy.calls[-1].completion_tokens == 12


def test_a_failed_test_may_leave_an_archive(understudy, agent, tmp_path):
    understudy.on().reply("hi")
    agent.answer("hello")
    assert understudy.export(tmp_path / "calls.har") == 1
