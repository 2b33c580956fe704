"""The official Ollama client for Python: chats and completions whole and streamed, tools, vectors, models; sync and async."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import ollama
import pytest

pytestmark = pytest.mark.sdk

SCRIPT = """
rules:
  - {when: {tool_result: {contains: sunny}}, reply: "Take your sunglasses."}
  - {when: {user: weather}, reply: {tool_calls: [{name: get_weather, arguments: {city: Paris}}]}}
  - {when: {user: think}, reply: {reasoning: "A number.", text: "42"}}
  - {when: {user: refuse}, reply: {refusal: "I will not."}}
  - {when: {user: busy}, reply: {error: overloaded}}
  - {when: {user: break}, reply: "one two three", fault: {kind: error-event, status: 500, at: {event: 2}}}
  - {when: {user: cut}, reply: "one two three", fault: {kind: missing-done}}
  - {reply: "Hello there."}
"""


def get_weather(city: str) -> str:
    """Say the weather.

    Args:
        city: where.
    """
    return f"sunny in {city}"


@pytest.fixture
def url(serve) -> str:
    return serve(SCRIPT).url


@pytest.fixture
def client(url) -> Iterator[ollama.Client]:
    with ollama.Client(host=url) as client:
        yield client


def say(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def test_a_chat_is_answered(client):
    answer = client.chat(model="llama3.2", messages=say("hi"))
    assert (answer.message.content, answer.done, answer.done_reason) == ("Hello there.", True, "stop")
    assert (answer.prompt_eval_count, answer.eval_count) == (5, 3)
    assert answer.total_duration == answer.load_duration + answer.prompt_eval_duration + answer.eval_duration


def test_a_stream_says_the_same_and_ends_with_the_counts(client):
    parts = list(client.chat(model="llama3.2", messages=say("hi"), stream=True))
    assert "".join(part.message.content for part in parts) == "Hello there."
    assert [part.done for part in parts] == [False, False, False, True]
    assert parts[-1].eval_count == 3
    assert [part.created_at for part in parts] == sorted(part.created_at for part in parts)


@pytest.mark.parametrize("stream", [False, True])
def test_a_function_is_called_and_its_result_is_used(client, stream):
    found = client.chat(model="llama3.2", messages=say("weather"), tools=[get_weather], stream=stream)
    parts = list(found) if stream else [found]
    (call,) = [call for part in parts for call in part.message.tool_calls or ()]
    assert (call.function.name, call.function.arguments) == ("get_weather", {"city": "Paris"})
    result = {"role": "tool", "tool_name": "get_weather", "content": get_weather(**call.function.arguments)}
    asked = [*say("weather"), {"role": "assistant", "content": "", "tool_calls": [call.model_dump()]}, result]
    assert client.chat(model="llama3.2", messages=asked).message.content == "Take your sunglasses."


def test_thoughts_are_shown_unless_they_are_not_wanted(client):
    assert client.chat(model="qwen3", messages=say("think"), think=True).message.thinking == "A number."
    assert client.chat(model="qwen3", messages=say("think"), think=False).message.thinking is None
    parts = list(client.chat(model="qwen3", messages=say("think"), think="high", stream=True))
    assert "".join(part.message.thinking or "" for part in parts) == "A number."


def test_a_refusal_is_text(client):
    assert client.chat(model="m", messages=say("refuse")).message.content == "I will not."


def test_a_completion_is_answered_whole_and_streamed(client):
    assert client.generate(model="m", prompt="hi").response == "Hello there."
    parts = list(client.generate(model="m", prompt="hi", stream=True))
    assert "".join(part.response for part in parts) == "Hello there."
    assert parts[-1].context
    assert client.generate(model="m", keep_alive=0).done_reason == "unload"


def test_an_answer_follows_a_schema_and_a_limit(client, serve):
    wanted = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
    with ollama.Client(host=serve("{}").url) as free:
        assert free.chat(model="m", messages=say("I am 31"), format=wanted).message.content == '{"age":31}'
    short = client.chat(model="m", messages=say("hi"), options={"num_predict": 1})
    assert (short.message.content, short.done_reason) == ("Hello", "length")


def test_vectors_have_the_length_of_their_model(client):
    found = client.embed(model="all-minilm", input=["a", "b"])
    assert [len(vector) for vector in found.embeddings] == [384, 384]
    assert len(client.embed(model="m", input="a", dimensions=8).embeddings[0]) == 8
    assert len(client.embeddings(model="nomic-embed-text", prompt="a").embedding) == 768


def test_models_are_listed_shown_fetched_and_deleted(client, tmp_path):
    assert [model.model for model in client.list().models] == ["llama3.2:latest", "qwen3:8b", "nomic-embed-text:latest"]
    assert client.show("nomic-embed-text").capabilities == ["embedding"]
    assert client.ps().models[0].model == "llama3.2:latest"
    assert client.pull("llama3.2").status == "success"
    progress = list(client.pull("llama3.2", stream=True))
    assert progress[-1].status == "success"
    assert max(part.completed or 0 for part in progress) == max(part.total or 0 for part in progress)
    assert client.create(model="mario", from_="llama3.2", system="You are Mario.").status == "success"
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF")
    digest = client.create_blob(path)
    assert client.create(model="mine", files={"model.gguf": digest}).status == "success"
    assert client.push("me/mario").status == "success"
    assert client.copy("a", "b").status == "success"
    assert client.delete("a").status == "success"


def test_an_error_has_the_text_and_the_status(client):
    with pytest.raises(ollama.ResponseError, match="server busy") as raised:
        client.chat(model="m", messages=say("busy"))
    assert raised.value.status_code == 503


def test_an_error_in_a_stream_is_raised(client):
    parts = []
    with pytest.raises(ollama.ResponseError, match="internal server error") as raised:
        parts.extend(client.chat(model="m", messages=say("break"), stream=True))
    assert raised.value.status_code == -1


def test_a_stream_without_its_end_ends_silently(client):
    parts = list(client.chat(model="m", messages=say("cut"), stream=True))
    assert [part.done for part in parts] == [False, False, False]


def test_a_model_that_is_not_there_is_not_found(serve):
    server = serve("{}", only_listed_models=True, models=["qwen3:8b"])
    with ollama.Client(host=server.url) as client, pytest.raises(ollama.ResponseError) as raised:
        client.chat(model="llama3.2", messages=say("hi"))
    assert raised.value.error == "model 'llama3.2' not found"
    assert raised.value.status_code == 404


def test_the_asynchronous_client_is_served_too(url):
    async def ask() -> tuple[str, str]:
        async with ollama.AsyncClient(host=url) as client:
            whole = await client.chat(model="m", messages=say("hi"))
            parts = [part async for part in await client.chat(model="m", messages=say("hi"), stream=True)]
        return whole.message.content, "".join(part.message.content for part in parts)

    assert asyncio.run(ask()) == ("Hello there.", "Hello there.")
