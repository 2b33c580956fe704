"""The official client for Azure, as its documentation has it: with a version and a key, and everything else left to it."""

from __future__ import annotations

import asyncio
from typing import Any

import openai
import pytest
from pydantic import BaseModel

pytestmark = pytest.mark.sdk

SCRIPT = """
rules:
  - {when: {user: limit}, reply: {error: {status: 429, retry-after: 20s}}}
  - {when: {user: weapon}, reply: {error: content_filter}}
  - {when: {user: hi}, reply: "Hello there."}
"""
VERSION = "2024-10-21"
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS: list[Any] = [{"type": "function", "function": {"name": "get_weather", "parameters": CITY}}]


class Place(BaseModel):
    city: str
    people: int


@pytest.fixture
def url(serve) -> str:
    return serve(SCRIPT).url


@pytest.fixture
def client(url, made) -> openai.AzureOpenAI:
    return made(openai.AzureOpenAI, azure_endpoint=url, api_key="any", api_version=VERSION, max_retries=0)


def say(text: str) -> Any:
    return [{"role": "user", "content": text}]


def test_a_chat(client):
    answer = client.chat.completions.create(model="my-gpt", messages=say("hi"))
    assert (answer.choices[0].message.content, answer.model) == ("Hello there.", "my-gpt")
    assert answer.prompt_filter_results[0]["content_filter_results"]["hate"] == {"filtered": False, "severity": "safe"}
    assert answer.choices[0].content_filter_results["violence"]["severity"] == "safe"
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_the_clients_own_identifier_comes_back(client):
    own = {"x-ms-client-request-id": "mine"}
    raw = client.chat.completions.with_raw_response.create(model="my-gpt", messages=say("hi"), extra_headers=own)
    assert raw.headers["x-ms-client-request-id"] == "mine"
    with pytest.raises(openai.RateLimitError) as caught:
        client.chat.completions.create(model="my-gpt", messages=say("limit"), extra_headers=own)
    assert caught.value.response.headers["x-ms-client-request-id"] == "mine"


def test_a_stream(client):
    chunks = list(client.chat.completions.create(model="my-gpt", messages=say("hi"), stream=True))
    assert chunks[0].choices == []
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks[1:]) == "Hello there."


def test_a_deployment_of_the_client_is_the_one_that_is_asked(url, made):
    given = {"azure_endpoint": url, "azure_deployment": "ours", "api_key": "any", "api_version": VERSION}
    client = made(openai.AzureOpenAI, **given)
    assert client.chat.completions.create(model="gpt-4o", messages=say("hi")).choices[0].message.content == "Hello there."


def test_tools_and_structured_outputs(client):
    called = client.chat.completions.create(model="my-gpt", messages=say("weather in Paris"), tools=TOOLS).choices[0]
    assert called.finish_reason == "tool_calls"
    assert called.message.tool_calls[0].function.name == "get_weather"
    parsed = client.chat.completions.parse(model="gpt-4o", messages=say("Paris"), response_format=Place)
    assert isinstance(parsed.choices[0].message.parsed, Place)


def test_the_helper_for_streams_gathers_them(client):
    with client.chat.completions.stream(model="gpt-4o", messages=say("hi")) as stream:
        list(stream)
        assert stream.get_final_completion().choices[0].message.content == "Hello there."


def test_embeddings_responses_pictures_and_sound(client):
    assert len(client.embeddings.create(model="text-embedding-3-small", input="a").data[0].embedding) == 1536
    answer = client.responses.create(model="gpt-4o", input="hi")
    assert answer.output_text == "Hello there."
    assert [found["source_type"] for found in answer.content_filters] == ["prompt", "completion"]
    assert client.responses.retrieve(answer.id).output_text == "Hello there."
    with client.responses.stream(model="gpt-4o", input="hi") as stream:
        list(stream)
        assert stream.get_final_response().output_text == "Hello there."
    assert client.images.generate(model="dall-e-3", prompt="a cat").data[0].url.startswith("http://127.0.0.1")
    assert client.audio.speech.create(model="tts-1", voice="alloy", input="hi").content
    heard = client.audio.transcriptions.create(model="whisper-1", file=("good_morning.wav", b"RIFF"))
    assert heard.text == "good morning"


def test_what_has_no_deployment(client):
    assert "gpt-4o-mini" in [model.id for model in client.models.list().data]
    kept = client.files.create(file=("a.jsonl", b'{"custom_id": "1"}\n'), purpose="batch")
    assert [found.id for found in client.files.list().data] == [kept.id]
    assert client.batches.list().data == []


def test_errors_are_the_clients(client, url, made):
    with pytest.raises(openai.RateLimitError, match="exceeded call rate limit") as limited:
        client.chat.completions.create(model="my-gpt", messages=say("limit"))
    assert limited.value.response.headers["retry-after-ms"] == "20000"
    with pytest.raises(openai.BadRequestError) as blocked:
        client.chat.completions.create(model="my-gpt", messages=say("weapon"))
    assert blocked.value.code == "content_filter"
    assert blocked.value.body["innererror"]["code"] == "ResponsibleAIPolicyViolation"


def test_a_wrong_key_and_a_deployment_that_is_not_there(serve, made):
    server = serve(api_keys=["right"], models="mine", only_listed_models=True)
    given = {"azure_endpoint": server.url, "api_version": VERSION, "max_retries": 0}
    with pytest.raises(openai.AuthenticationError, match="Access denied due to invalid subscription key"):
        made(openai.AzureOpenAI, api_key="wrong", **given).chat.completions.create(model="mine", messages=say("hi"))
    with pytest.raises(openai.NotFoundError) as missing:
        made(openai.AzureOpenAI, api_key="right", **given).chat.completions.create(model="other", messages=say("hi"))
    assert missing.value.code == "DeploymentNotFound"
    token = made(openai.AzureOpenAI, azure_ad_token="right", **given)
    assert token.chat.completions.create(model="mine", messages=say("hi")).choices


def test_the_environment_is_enough(serve, made, monkeypatch):
    for name, value in serve(SCRIPT).environment.items():
        monkeypatch.setenv(name, value)
    client = made(openai.AzureOpenAI)
    assert client.chat.completions.create(model="my-gpt", messages=say("hi")).choices[0].message.content == "Hello there."


def test_the_asynchronous_client(url):
    async def ask() -> str:
        async with openai.AsyncAzureOpenAI(azure_endpoint=url, api_key="any", api_version=VERSION) as client:
            stream = await client.chat.completions.create(model="my-gpt", messages=say("hi"), stream=True)
            return "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])

    assert asyncio.run(ask()) == "Hello there."


@pytest.mark.parametrize("base", ["/azure/openai/v1", "/openai/v1"])
def test_the_plain_client_speaks_to_the_new_generation(url, made, base):
    client = made(openai.OpenAI, base_url=url + base, api_key="any", default_headers={"api-key": "any"})
    answer = client.chat.completions.create(model="my-gpt", messages=say("hi"))
    assert answer.choices[0].content_filter_results["hate"]["severity"] == "safe"
