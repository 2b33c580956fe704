"""The official Python client, strict about what it is given: what only some requests ask for."""

from __future__ import annotations

import json
import math

import openai
import pytest
from pydantic import BaseModel

pytestmark = pytest.mark.sdk


def function(name, description, **properties):
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": schema, "strict": True}}


WEATHER = function("get_weather", "Weather of a city", city={"type": "string"})
TIME = function("get_time", "Time in a city", city={"type": "string"})


def test_log_probabilities(ask):
    choice = ask(logprobs=True, top_logprobs=3).choices[0]
    assert "".join(entry.token for entry in choice.logprobs.content) == choice.message.content
    for entry in choice.logprobs.content:
        assert sum(math.exp(guess.logprob) for guess in entry.top_logprobs) <= 1


def test_log_probabilities_are_put_together_by_the_streaming_helper(client):
    messages = [{"role": "user", "content": "hello"}]
    with client.chat.completions.stream(model="gpt-4o", messages=messages, logprobs=True) as stream:
        choice = stream.get_final_completion().choices[0]
    assert "".join(entry.token for entry in choice.logprobs.content) == choice.message.content


def test_functions_of_2023_there_and_back(ask):
    question = {"role": "user", "content": "What is the weather in Paris?"}
    first = ask(messages=[question], functions=[WEATHER["function"]]).choices[0]
    assert first.finish_reason == "function_call"
    assert json.loads(first.message.function_call.arguments) == {"city": "Paris"}
    result = {"role": "function", "name": "get_weather", "content": "sunny"}
    said = first.message.model_dump(include={"role", "content", "function_call"})
    second = ask(messages=[question, said, result], functions=[WEATHER["function"]]).choices[0]
    assert "sunny" in second.message.content


def test_several_tools_at_once_and_their_results(ask):
    question = {"role": "user", "content": "What is the weather in Paris and the time in Tokyo?"}
    first = ask(messages=[question], tools=[WEATHER, TIME]).choices[0].message
    called = [(call.function.name, json.loads(call.function.arguments)) for call in first.tool_calls]
    assert called == [("get_weather", {"city": "Paris"}), ("get_time", {"city": "Tokyo"})]
    results = [
        {"role": "tool", "tool_call_id": call.id, "content": said}
        for call, said in zip(first.tool_calls, ("sunny", "noon"), strict=True)
    ]
    second = ask(messages=[question, first.model_dump(exclude_none=True), *results], tools=[WEATHER, TIME]).choices[0]
    assert "sunny" in second.message.content
    assert "noon" in second.message.content


def test_a_custom_tool(ask):
    tool = {"type": "custom", "custom": {"name": "run_code", "description": "Run some code"}}
    (call,) = ask("run this code", tools=[tool]).choices[0].message.tool_calls
    assert (call.type, call.custom.name, call.custom.input) == ("custom", "run_code", "run this code")


class City(BaseModel):
    city: str
    days: int


def test_a_parsed_answer_is_mined_from_the_question(client):
    messages = [{"role": "user", "content": "The weather in Paris for 5 days"}]
    answer = client.chat.completions.parse(model="gpt-4o", messages=messages, response_format=City)
    assert answer.choices[0].message.parsed == City(city="Paris", days=5)


def test_a_stream_is_parsed(client):
    messages = [{"role": "user", "content": "The weather in Paris for 5 days"}]
    with client.chat.completions.stream(model="gpt-4o", messages=messages, response_format=City) as stream:
        assert stream.get_final_completion().choices[0].message.parsed == City(city="Paris", days=5)


def test_what_a_reasoning_model_refuses(ask):
    with pytest.raises(openai.BadRequestError) as caught:
        ask(model="o3-mini", max_tokens=5)
    assert (caught.value.code, caught.value.param) == ("unsupported_parameter", "max_tokens")
    answer = ask(model="o3-mini", reasoning_effort="high", max_completion_tokens=5_000)
    assert answer.usage.completion_tokens_details.reasoning_tokens > 0
    assert answer.choices[0].message.content


def test_a_prediction(ask):
    known = ask().choices[0].message.content
    usage = ask(prediction={"type": "content", "content": known}).usage
    assert usage.completion_tokens_details.accepted_prediction_tokens == usage.completion_tokens


def test_a_spoken_answer(ask):
    answer = ask(model="gpt-audio", modalities=["text", "audio"], audio={"voice": "alloy", "format": "mp3"})
    assert answer.choices[0].message.audio.transcript
    assert answer.usage.completion_tokens_details.audio_tokens > 0


def test_a_completion_with_everything(client):
    answer = client.completions.create(
        model="davinci-002", prompt=["one", "two"], n=2, best_of=3, logprobs=2, echo=True, max_tokens=4
    )
    assert [choice.index for choice in answer.choices] == [0, 1, 2, 3]
    assert all("".join(choice.logprobs.tokens) == choice.text for choice in answer.choices)
    assert answer.usage.completion_tokens == 2 * 3 * 4
