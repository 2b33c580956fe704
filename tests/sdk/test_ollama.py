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


def names(client: ollama.Client) -> list[str]:
    return [model.model for model in client.list().models]


def test_models_are_listed_fetched_copied_and_deleted(client):
    shipped = ["llama3.2:latest", "qwen3:8b", "nomic-embed-text:latest"]
    assert names(client) == shipped
    progress = list(client.pull("gemma3", stream=True))
    assert progress[-1].status == "success"
    assert max(part.completed or 0 for part in progress) == max(part.total or 0 for part in progress)
    assert client.pull("gemma3").status == "success"
    assert client.copy("gemma3", "me/mine").status == "success"
    assert set(names(client)) == {"gemma3:latest", "me/mine:latest", *shipped}
    assert client.push("me/mine").status == "success"
    assert client.delete("gemma3").status == "success"
    assert "gemma3:latest" not in names(client)
    with pytest.raises(ollama.ResponseError, match="model 'gemma3' not found") as raised:
        client.delete("gemma3")
    assert raised.value.status_code == 404


def test_a_made_model_is_shown_and_says_what_it_was_made_to_say(client):
    wanted = {"from_": "llama3.2", "system": "You are Mario.", "parameters": {"num_predict": 1}}
    assert client.create(model="mario", **wanted).status == "success"
    shown = client.show("mario")
    assert (shown.details.parent_model, shown.parameters.split()) == ("llama3.2:latest", ["num_predict", "1"])
    assert "SYSTEM You are Mario." in shown.modelfile
    assert client.chat(model="mario", messages=say("hi")).message.content == "Hello"
    assert client.show("nomic-embed-text").capabilities == ["embedding"]


def test_a_model_is_made_of_a_file(client, tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF")
    digest = client.create_blob(path)
    parts = list(client.create(model="mine", files={"model.gguf": digest}, stream=True))
    assert [part.status for part in parts][::3] == ["parsing GGUF", "success"]
    assert names(client)[0] == "mine:latest"


def test_the_models_in_memory_are_those_that_were_asked(client):
    assert client.ps().models == []
    client.chat(model="qwen3:8b", messages=say("hi"), keep_alive="10m")
    client.chat(model="llama3.2", messages=say("hi"))
    found = client.ps().models
    assert [model.model for model in found] == ["qwen3:8b", "llama3.2:latest"]
    assert 290 < (found[0].expires_at - found[1].expires_at).total_seconds() < 310
    client.generate(model="qwen3:8b", keep_alive=0)
    assert [model.model for model in client.ps().models] == ["llama3.2:latest"]


def test_a_completion_is_gone_on_with(client, serve):
    script = "rules: [{when: {messages: {contains: Ada}, user: who}, reply: Ada}, {when: {user: who}, reply: nobody}]"
    with ollama.Client(host=serve(script).url) as free:
        context = free.generate(model="m", prompt="I am Ada").context
        assert free.generate(model="m", prompt="who").response == "nobody"
        assert free.generate(model="m", prompt="who", context=context).response == "Ada"


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
