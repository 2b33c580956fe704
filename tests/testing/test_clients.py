"""The official OpenAI clients against a server of the test, as a user would write it."""

from __future__ import annotations

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest

from understudy import Understudy

pytestmark = pytest.mark.sdk

TOOL = {
    "type": "function",
    "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}


def ask(client, text, **more):
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}], **more)


def agent(client, question):
    """The smallest agent there is: it calls tools until the model answers."""
    messages = [{"role": "user", "content": question}]
    for _ in range(5):
        message = client.chat.completions.create(model="gpt-4o", messages=messages, tools=[TOOL]).choices[0].message
        if not message.tool_calls:
            return message.content
        messages.append(message.model_dump(exclude_none=True))
        for call in message.tool_calls:
            city = json.loads(call.function.arguments)["city"]
            messages.append({"role": "tool", "tool_call_id": call.id, "content": f"sunny in {city}"})
    raise AssertionError("the loop has no end")


def test_an_agent_and_its_tools():
    with Understudy(strict=True) as server, openai.OpenAI(base_url=server.openai_url, api_key="any") as client:
        server.on(tool_result={"contains": "sunny in Paris"}).reply("Take your sunglasses.")
        server.on(user={"contains": "weather"}, tools="get_weather").reply(
            tool_calls=[{"name": "get_weather", "arguments": {"city": "Paris"}}]
        )
        assert agent(client, "How is the weather?") == "Take your sunglasses."
        assert [call.reply for call in server.calls] == ["", "Take your sunglasses."]
        server.assert_called(tool_result="sunny in Paris", times=1)


def test_backing_off_takes_no_time(monkeypatch):
    with Understudy(clock="virtual") as server:
        monkeypatch.setattr("time.sleep", server.clock.advance)
        server.on(model="gpt-*").fail(429, times=2, retry_after="20s").reply("ok")
        with openai.OpenAI(base_url=server.openai_url, api_key="any", max_retries=2) as client:
            assert ask(client, "ping").choices[0].message.content == "ok"
        assert server.clock.now == pytest.approx(40)
        assert [call.status for call in server.calls] == [429, 429, 200]


def test_slow_streams_take_no_time():
    with Understudy(clock="auto") as server, openai.OpenAI(base_url=server.openai_url, api_key="any") as client:
        server.on().reply("one two three").timing(ttft="60s", itl="5s")
        chunks = list(ask(client, "count", stream=True))
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "one two three"
        assert server.calls[0].duration == pytest.approx(70)


def test_the_client_gives_up_on_a_server_that_hangs():
    with Understudy() as server:
        server.on().reply("never").fault("hang")
        with (
            openai.OpenAI(base_url=server.openai_url, api_key="any", timeout=0.05, max_retries=0) as client,
            pytest.raises(openai.APITimeoutError),
        ):
            ask(client, "ping")
        assert [call.user for call in server.calls] == ["ping"]


def test_async():
    async def run():
        async with (
            Understudy() as server,
            server.session("a") as a,
            openai.AsyncOpenAI(base_url=server.openai_url, api_key="any") as client,
            openai.AsyncOpenAI(base_url=a.openai_url, api_key="any") as other,
        ):
            server.on(user={"regex": r"^\d+$"}).reply(lambda call: f"number {call.user}")
            a.on(user="who").reply("a")
            answers = await asyncio.gather(*[ask(client, str(n)) for n in range(20)], ask(other, "who"))
            said = [answer.choices[0].message.content for answer in answers]
            assert said == [*[f"number {n}" for n in range(20)], "a"]
            stream = await ask(client, "7", stream=True)
            assert "".join([c.choices[0].delta.content or "" async for c in stream if c.choices]) == "number 7"
            assert len(server.calls) == 22
            assert len(a.calls) == 1

    asyncio.run(run())


def test_threads_may_share_a_server():
    with Understudy() as server:
        barrier = threading.Barrier(8)

        def one(number):
            session = server.session(f"thread-{number}")
            with session, openai.OpenAI(base_url=session.openai_url, api_key="any") as client:
                session.on(user="who").reply(f"I am {number}")
                barrier.wait(10)
                said = {ask(client, "who").choices[0].message.content for _ in range(5)}
                assert said == {f"I am {number}"}
                session.assert_called(user="who", times=5)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(one, range(8)))
        assert len(server.calls) == 40
