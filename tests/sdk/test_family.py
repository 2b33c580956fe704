"""The OpenAI-compatible family: Mistral's own client, and OpenAI's for the others, as their documentation tells users to."""

from __future__ import annotations

import asyncio
from typing import Any

import openai
import pytest
from mistralai import client as mistral

pytestmark = pytest.mark.sdk

SCRIPT = """
rules:
  - {when: {user: weather}, reply: {tool_calls: [{name: get_weather, arguments: {city: Paris}}]}}
  - {when: {user: think}, reply: {reasoning: "A number.", text: "42"}}
  - {when: {user: limit}, reply: {error: rate_limit}}
  - {when: {user: key}, reply: {error: unauthorized}}
  - {when: {user: money}, reply: {error: insufficient_quota}}
  - {when: {user: harm}, reply: {error: content_filter}}
  - {when: {user: model}, reply: {error: model_not_found}}
  - {when: {user: busy}, reply: {error: overloaded}}
  - {reply: "Hello there."}
"""
BASES = {
    "mistral": "/mistral/v1",
    "deepseek": "/deepseek",
    "groq": "/groq/openai/v1",
    "openrouter": "/api/v1",
    "xai": "/xai/v1",
    "together": "/together/v1",
    "fireworks": "/fireworks/inference/v1",
    "cerebras": "/cerebras/v1",
    "perplexity": "/perplexity",
    "sglang": "/sglang/v1",
    "vllm": "/vllm/v1",
    "tgi": "/tgi/v1",
}
CITY = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS: list[Any] = [{"type": "function", "function": {"name": "get_weather", "parameters": CITY}}]


@pytest.fixture
def url(serve) -> str:
    return serve(SCRIPT).url


def say(text: str) -> Any:
    return [{"role": "user", "content": text}]


@pytest.mark.parametrize("name", BASES)
def test_the_client_of_openai_speaks_to_all_of_them(url, name):
    with openai.OpenAI(api_key="any", base_url=url + BASES[name], max_retries=0) as client:
        answer = client.chat.completions.create(model="m", messages=say("hi"))
        assert (answer.choices[0].message.content, answer.choices[0].finish_reason) == ("Hello there.", "stop")
        assert answer.usage is not None
        assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
        options = {"include_usage": True}
        chunks = list(client.chat.completions.create(model="m", messages=say("hi"), stream=True, stream_options=options))
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "Hello there."
        called = client.chat.completions.create(model="m", messages=say("weather"), tools=TOOLS).choices[0]
        assert called.message.tool_calls is not None
        assert called.message.tool_calls[0].function.arguments == '{"city":"Paris"}'
        with pytest.raises(openai.RateLimitError):
            client.chat.completions.create(model="m", messages=say("limit"))
        listed = client.models.with_raw_response.list().http_response.json()
        assert (listed if name == "together" else listed["data"])[0]["id"]  # Together's catalogue is a bare list


# The status a provider has for what went wrong; the client of OpenAI makes its exception of it.
TOLD = {
    "mistral": {"key": 401, "money": 429, "harm": 400, "model": 400, "busy": 503},
    "deepseek": {"key": 401, "money": 402, "harm": 400, "model": 400, "busy": 503},
    "groq": {"key": 401, "money": 400, "harm": 400, "model": 404, "busy": 503},
    "openrouter": {"key": 401, "money": 402, "harm": 403, "model": 400, "busy": 503},
    "xai": {"key": 400, "money": 403, "harm": 403, "model": 400, "busy": 503},
    "together": {"key": 401, "money": 402, "harm": 400, "model": 404, "busy": 503},
}
RAISED: dict[int, type[openai.APIStatusError]] = {
    400: openai.BadRequestError,
    401: openai.AuthenticationError,
    402: openai.APIStatusError,
    403: openai.PermissionDeniedError,
    404: openai.NotFoundError,
    429: openai.RateLimitError,
    503: openai.InternalServerError,
}


@pytest.mark.parametrize("name", TOLD)
def test_the_client_of_openai_raises_what_each_of_them_says(url, name):
    with openai.OpenAI(api_key="any", base_url=url + BASES[name], max_retries=0) as client:
        for said, status in TOLD[name].items():
            for stream in (False, True):
                with pytest.raises(openai.APIStatusError) as raised:
                    client.chat.completions.create(model="m", messages=say(said), stream=stream)
                assert (type(raised.value), raised.value.status_code) == (RAISED[status], status), said


REASONED = [
    ("deepseek", "reasoning_content"),
    ("vllm", "reasoning_content"),
    ("xai", "reasoning_content"),
    ("groq", "reasoning"),
    ("fireworks", "reasoning_content"),
    ("cerebras", "reasoning"),
    ("sglang", "reasoning_content"),
    ("openrouter", "reasoning"),
]


@pytest.mark.parametrize(("name", "member"), REASONED)
def test_thoughts_stand_beside_the_content(url, name, member):
    with openai.OpenAI(api_key="any", base_url=url + BASES[name]) as client:
        message = client.chat.completions.create(model="m", messages=say("think")).choices[0].message
        assert (message.content, getattr(message, member)) == ("42", "A number.")
        chunks = list(client.chat.completions.create(model="m", messages=say("think"), stream=True))
        thought = [getattr(chunk.choices[0].delta, member, None) or "" for chunk in chunks if chunk.choices]
        assert "".join(thought) == "A number."


def test_the_client_of_mistral_is_served(url):
    with mistral.Mistral(api_key="any", server_url=f"{url}/mistral") as client:
        answer = client.chat.complete(model="mistral-large-latest", messages=say("hi"))
        assert (answer.choices[0].message.content, answer.choices[0].finish_reason) == ("Hello there.", "stop")
        called = client.chat.complete(model="mistral-large-latest", messages=say("weather"), tools=TOOLS)
        assert called.choices[0].message.tool_calls[0].function.name == "get_weather"
        thought = client.chat.complete(model="magistral-medium-latest", messages=say("think")).choices[0].message.content
        assert [part.type for part in thought] == ["thinking", "text"]
        events = list(client.chat.stream(model="mistral-large-latest", messages=say("hi")))
        assert "".join(event.data.choices[0].delta.content for event in events) == "Hello there."
        assert events[-1].data.usage.completion_tokens == 3
        vectors = client.embeddings.create(model="mistral-embed", inputs=["a", "b"])
        assert [len(entry.embedding) for entry in vectors.data] == [1024, 1024]
        assert "mistral-large-latest" in [model.id for model in client.models.list().data]


def test_the_client_of_mistral_raises_its_error(url):
    with mistral.Mistral(api_key="any", server_url=f"{url}/mistral") as client, pytest.raises(Exception, match="429") as raised:
        client.chat.complete(model="m", messages=say("limit"))
    assert "Rate limit exceeded" in str(raised.value)


def test_the_client_of_mistral_reads_what_is_wrong_with_a_field(url):
    with mistral.Mistral(api_key="any", server_url=f"{url}/mistral") as client:
        with pytest.raises(mistral.errors.HTTPValidationError) as wrong:
            client.chat.complete(model="mistral-small-latest", messages=say("hi"), temperature=3)
        assert (wrong.value.status_code, "less than or equal to 1.5" in wrong.value.body) == (422, True)
        with pytest.raises(mistral.errors.SDKError) as order:
            client.chat.complete(model="m", messages=[*say("hi"), {"role": "assistant", "content": "yes"}])
        assert (order.value.status_code, '"code":"3230"' in order.value.body) == (400, True)


def test_the_asynchronous_client_of_mistral_is_served_too(url):
    async def ask() -> str:
        async with mistral.Mistral(api_key="any", server_url=f"{url}/mistral") as client:
            stream = await client.chat.stream_async(model="m", messages=say("hi"))
            return "".join([event.data.choices[0].delta.content async for event in stream])

    assert asyncio.run(ask()) == "Hello there."


def test_one_dialect_alone_has_the_root_paths(serve):
    server = serve(SCRIPT, only="mistral")
    with mistral.Mistral(api_key="any", server_url=server.url) as client:
        assert client.chat.complete(model="m", messages=say("hi")).choices[0].message.content == "Hello there."
