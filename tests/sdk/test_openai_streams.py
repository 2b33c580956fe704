"""The official Python client, strict about what it is given: streamed chat."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel

pytestmark = pytest.mark.sdk

HELLO = "Hello! I'm a mock LLM response. How can I help you today?"
USER = [{"role": "user", "content": "hello"}]
TIME = {"type": "function", "function": {"name": "get_time", "parameters": {"type": "object", "properties": {}}}}


def text_of(chunks):
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def test_iteration(ask):
    chunks = list(ask(stream=True))
    assert text_of(chunks) == HELLO
    assert chunks[0].choices[0].delta.role == "assistant"
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices[0].finish_reason] == ["stop"]
    assert len(chunks) > 10


def test_usage_comes_last_and_only_when_asked_for(ask):
    *chunks, last = ask(stream=True, stream_options={"include_usage": True})
    assert last.choices == []
    assert last.usage.completion_tokens == ask().usage.completion_tokens
    assert all(chunk.usage is None for chunk in chunks)
    assert all(chunk.usage is None for chunk in ask(stream=True))


def test_the_stream_helper_assembles_the_answer(client):
    with client.chat.completions.stream(model="gpt-4o", messages=USER, stream_options={"include_usage": True}) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_completion()
    assert {"chunk", "content.delta", "content.done"} <= set(kinds)
    assert final.choices[0].message.content == HELLO
    assert final.usage.total_tokens > 0


def test_the_stream_helper_parses_structured_output(client):
    class Place(BaseModel):
        city: str
        people: int

    with client.chat.completions.stream(model="gpt-4o", messages=USER, response_format=Place) as stream:
        assert isinstance(stream.get_final_completion().choices[0].message.parsed, Place)


def test_streamed_tool_calls_assemble(client):
    with client.chat.completions.stream(model="gpt-4o", messages=USER, tools=[TIME], tool_choice="required") as stream:
        kinds = {event.type for event in stream}
        (call,) = stream.get_final_completion().choices[0].message.tool_calls
    assert "tool_calls.function.arguments.done" in kinds
    assert call.function.name == "get_time"
    assert json.loads(call.function.arguments) == {}


def test_several_choices_are_told_apart(ask):
    texts = {0: "", 1: ""}
    for chunk in ask(stream=True, n=2):
        texts[chunk.choices[0].index] += chunk.choices[0].delta.content or ""
    assert texts == {0: HELLO, 1: HELLO}


def test_a_limit_ends_a_stream(ask):
    chunks = list(ask(stream=True, max_tokens=3))
    assert chunks[-1].choices[0].finish_reason == "length"


def test_a_malformed_event_raises_what_a_broken_provider_raises(ask):
    stream = ask(stream=True, extra_query={"fail_chunk": 3})
    assert len([next(stream), next(stream)]) == 2
    with pytest.raises(json.JSONDecodeError):
        next(stream)


def test_a_stream_can_be_left(ask):
    stream = ask(stream=True)
    next(iter(stream))
    stream.close()
    assert text_of(ask(stream=True)) == HELLO


def test_a_stream_that_only_the_query_asks_for(client):
    with client.chat.completions.with_streaming_response.create(
        model="gpt-4o", messages=USER, extra_query={"stream": "true"}
    ) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert list(answer.iter_lines())[-2] == "data: [DONE]"


def test_streams_in_order_over_one_connection(ask):
    assert [text_of(ask(stream=True)) for _ in range(20)] == [HELLO] * 20
