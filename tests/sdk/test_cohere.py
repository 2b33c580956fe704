"""The official Cohere client for Python (v2): chats whole and streamed, tools, vectors, rankings, errors; sync and async."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import cohere
import pytest

pytestmark = pytest.mark.sdk

MODEL = "command-a-03-2025"
SCRIPT = """
rules:
  - {when: {tool_result: {contains: sunny}}, reply: "Take your sunglasses."}
  - {when: {user: weather}, reply: {text: "I look.", tool_calls: [{name: get_weather, arguments: {city: Paris}}]}}
  - when: {user: both}
    reply: {tool_calls: [{name: get_weather, arguments: {city: Paris}}, {name: get_weather, arguments: {city: Rome}}]}
  - {when: {user: think}, reply: {reasoning: "A number.", text: "42"}}
  - {when: {user: limit}, reply: {error: rate_limit}}
  - {when: {user: who}, reply: {error: unauthorized}}
  - {when: {user: bad}, reply: {error: 400}}
  - {when: {user: down}, reply: {error: 503}}
  - {when: {user: lost}, reply: {error: 422}}
  - {reply: "Hello there."}
"""
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = [{"type": "function", "function": {"name": "get_weather", "description": "Weather", "parameters": CITY}}]


@pytest.fixture
def url(serve) -> str:
    return serve(SCRIPT).url


@pytest.fixture
def client(url) -> Iterator[cohere.ClientV2]:
    with cohere.ClientV2("any", base_url=url) as client:
        yield client


def say(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def test_a_chat_is_answered(client):
    answer = client.chat(model=MODEL, messages=say("hi"))
    assert answer.message.content[0].text == "Hello there."
    assert answer.finish_reason == "COMPLETE"
    assert (answer.usage.billed_units.input_tokens, answer.usage.tokens.output_tokens) == (5, 3)


def test_a_stream_says_the_same(client):
    events = list(client.chat_stream(model=MODEL, messages=say("hi")))
    assert [event.type for event in events] == [
        "message-start",
        "content-start",
        "content-delta",
        "content-delta",
        "content-delta",
        "content-end",
        "message-end",
    ]
    said = [event.delta.message.content.text for event in events if event.type == "content-delta"]
    assert "".join(said) == "Hello there."
    assert (events[-1].delta.finish_reason, events[-1].delta.usage.tokens.output_tokens) == ("COMPLETE", 3)


def test_a_tool_is_called_and_its_result_is_used(client):
    answer = client.chat(model=MODEL, messages=say("weather"), tools=TOOLS)
    (call,) = answer.message.tool_calls
    assert (answer.finish_reason, answer.message.tool_plan) == ("TOOL_CALL", "I look.")
    assert json.loads(call.function.arguments) == {"city": "Paris"}
    said = {"role": "assistant", "tool_plan": "I look.", "tool_calls": [call.model_dump()]}
    result = {"role": "tool", "tool_call_id": call.id, "content": [{"type": "document", "document": {"data": "sunny"}}]}
    answer = client.chat(model=MODEL, messages=[*say("weather"), said, result], tools=TOOLS)
    assert answer.message.content[0].text == "Take your sunglasses."


def test_tool_calls_are_streamed(client):
    events = list(client.chat_stream(model=MODEL, messages=say("both"), tools=TOOLS))
    started = [event for event in events if event.type == "tool-call-start"]
    assert [event.delta.message.tool_calls.function.name for event in started] == ["get_weather", "get_weather"]
    told = ["", ""]
    for event in events:
        if event.type == "tool-call-delta":
            told[event.index] += event.delta.message.tool_calls.function.arguments
    assert [json.loads(text) for text in told] == [{"city": "Paris"}, {"city": "Rome"}]
    assert len({event.delta.message.tool_calls.id for event in started}) == 2


def test_thoughts_are_content(client):
    thought, said = client.chat(model=MODEL, messages=say("think")).message.content
    assert (thought.thinking, said.text) == ("A number.", "42")


def test_limits_and_stop_sequences_end_an_answer(client):
    assert client.chat(model=MODEL, messages=say("hi"), max_tokens=1).finish_reason == "MAX_TOKENS"
    stopped = client.chat(model=MODEL, messages=say("hi"), stop_sequences=["there"])
    assert (stopped.finish_reason, stopped.message.content[0].text) == ("STOP_SEQUENCE", "Hello ")


def test_vectors_come_in_every_type(client):
    kinds = ["float", "int8", "uint8", "binary", "ubinary"]
    found = client.embed(
        model="embed-v4.0", texts=["a", "b"], input_type="search_query", embedding_types=kinds, output_dimension=256
    )
    lengths = [len(getattr(found.embeddings, kind if kind != "float" else "float_")[0]) for kind in kinds]
    assert lengths == [256, 256, 256, 32, 32]
    assert all(-128 <= number <= 127 for number in found.embeddings.int8[0])


def test_the_nearest_document_is_first(client):
    documents = ["bread and butter", "Paris is the capital of France", "Berlin"]
    found = client.rerank(model="rerank-v3.5", query="What is the capital of France?", documents=documents, top_n=2)
    assert found.results[0].index == 1
    assert len(found.results) == 2
    assert found.results[0].relevance_score > found.results[1].relevance_score


def test_models_are_listed(client):
    assert MODEL in [model.name for model in client.models.list().models]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("limit", cohere.TooManyRequestsError),
        ("who", cohere.UnauthorizedError),
        ("bad", cohere.BadRequestError),
        ("down", cohere.ServiceUnavailableError),
        ("lost", cohere.UnprocessableEntityError),
    ],
)
def test_every_status_raises_its_class(client, text, kind):
    with pytest.raises(kind) as raised:
        client.chat(model=MODEL, messages=say(text), request_options={"max_retries": 0})
    assert raised.value.body["message"]


def test_what_it_cannot_take_is_said_in_its_words(client):
    with pytest.raises(cohere.BadRequestError) as warm:
        client.chat(model=MODEL, messages=say("hi"), temperature=3.0)
    assert warm.value.body["message"] == "invalid request: temperature must be between 0 and 1.0 inclusive."
    with pytest.raises(cohere.BadRequestError) as empty:
        client.rerank(model="rerank-v3.5", query=" ", documents=["a"])
    assert empty.value.body["message"] == "invalid request: query must not be empty or be only whitespace"


def test_the_asynchronous_client_is_served_too(url):
    async def ask() -> tuple[str, str]:
        async with cohere.AsyncClientV2("any", base_url=url) as client:
            whole = await client.chat(model=MODEL, messages=say("hi"))
            events = [event async for event in client.chat_stream(model=MODEL, messages=say("hi"))]
        said = [event.delta.message.content.text for event in events if event.type == "content-delta"]
        return whole.message.content[0].text, "".join(said)

    assert asyncio.run(ask()) == ("Hello there.", "Hello there.")
