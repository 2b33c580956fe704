"""The official Python client, strict about what it is given: chat that is not streamed."""

from __future__ import annotations

import json
from typing import Literal

import openai
import pytest
from pydantic import BaseModel

pytestmark = pytest.mark.sdk

HELLO = "Hello! I'm a mock LLM response. How can I help you today?"
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Weather of a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "unit": {"type": "string", "enum": ["C", "F"]}},
            "required": ["city", "unit"],
            "additionalProperties": False,
        },
        "strict": True,
    },
}
PICTURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_a_plain_question(ask):
    answer = ask(model="gpt-4o")
    assert answer.object == "chat.completion"
    assert answer.model.startswith("gpt-4o")
    assert answer.id.startswith("chatcmpl-")
    assert answer.choices[0].message.content == HELLO
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.prompt_tokens + answer.usage.completion_tokens == answer.usage.total_tokens


@pytest.mark.parametrize(
    "content",
    [
        "text",
        [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}],
        [{"type": "text", "text": "look"}, {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}],
        [{"type": "image_url", "image_url": {"url": PICTURE, "detail": "low"}}],
        [{"type": "text", "text": "hear"}, {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}],
        [{"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0="}}],
    ],
    ids=["text", "parts", "image", "data-url", "audio", "file"],
)
def test_every_form_of_content(ask, content):
    assert ask(content, model="gpt-audio").choices[0].message.content == HELLO


def test_every_role(ask):
    messages = [
        {"role": "developer", "content": "be brief"},
        {"role": "system", "content": [{"type": "text", "text": "be kind"}]},
        {"role": "user", "content": "one", "name": "ann"},
        {"role": "assistant", "content": None, "refusal": "no"},
        {"role": "assistant", "content": [{"type": "text", "text": "well"}]},
        {"role": "user", "content": "two"},
    ]
    assert ask(messages=messages).choices[0].message.role == "assistant"


def test_tools_there_and_back(ask):
    question = {"role": "user", "content": "What is the weather in Paris?"}
    first = ask(messages=[question], tools=[WEATHER]).choices[0]
    assert first.finish_reason == "tool_calls"
    assert first.message.content is None
    (call,) = first.message.tool_calls
    assert call.id.startswith("call_")
    assert call.function.name == "get_weather"
    arguments = json.loads(call.function.arguments)
    assert set(arguments) == {"city", "unit"}
    assert arguments["unit"] in ("C", "F")

    result = {"role": "tool", "tool_call_id": call.id, "content": "sunny, 22 C"}
    second = ask(messages=[question, first.message.model_dump(exclude_none=True), result], tools=[WEATHER]).choices[0]
    assert second.finish_reason == "stop"
    assert second.message.tool_calls is None
    assert "sunny, 22 C" in second.message.content


@pytest.mark.parametrize(
    ("choice", "calls"),
    [("none", False), ("required", True), ({"type": "function", "function": {"name": "get_weather"}}, True)],
    ids=["none", "required", "named"],
)
def test_tool_choice(ask, choice, calls):
    assert bool(ask("hello", tools=[WEATHER], tool_choice=choice).choices[0].message.tool_calls) is calls


class Person(BaseModel):
    name: str
    age: int
    mood: Literal["good", "bad"]
    friends: list[Friend]


class Friend(BaseModel):
    name: str
    since: int | None


Person.model_rebuild()


def test_structured_output_is_parsed(client):
    answer = client.chat.completions.parse(
        model="gpt-4o", messages=[{"role": "user", "content": "Who is Ann?"}], response_format=Person
    )
    assert isinstance(answer.choices[0].message.parsed, Person)


def test_structured_output_that_is_cut_off_raises_in_the_client(client):
    with pytest.raises(openai.LengthFinishReasonError):
        client.chat.completions.parse(
            model="gpt-4o", messages=[{"role": "user", "content": "Who is Ann?"}], response_format=Person, max_tokens=3
        )


def test_strict_tools_are_parsed(client):
    tool = openai.pydantic_function_tool(Person, name="save_person")
    answer = client.chat.completions.parse(
        model="gpt-4o", messages=[{"role": "user", "content": "Save Ann"}], tools=[tool], tool_choice="required"
    )
    assert isinstance(answer.choices[0].message.tool_calls[0].function.parsed_arguments, Person)


def test_json_object(ask):
    assert isinstance(json.loads(ask("json please", response_format={"type": "json_object"}).choices[0].message.content), dict)


def test_several_choices(ask):
    answer = ask(n=3)
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    assert answer.usage.completion_tokens == 3 * ask().usage.completion_tokens


def test_stop(ask):
    choice = ask(stop=["mock", "never"]).choices[0]
    assert (choice.message.content, choice.finish_reason) == ("Hello! I'm a ", "stop")


@pytest.mark.parametrize("limit", ["max_tokens", "max_completion_tokens"])
def test_a_limit_cuts_and_says_so(ask, limit):
    answer = ask(**{limit: 3})
    assert answer.choices[0].finish_reason == "length"
    assert HELLO.startswith(answer.choices[0].message.content)
    assert answer.usage.completion_tokens == 3


def test_refusals_and_content_filters_reach_the_client(serve, connect, ask):
    script = """
    rules:
      - {when: {user: bomb}, reply: {refusal: "I cannot help with that."}}
      - {when: {user: filter}, reply: {text: "half", finish: content_filter}}
    """
    strict = connect(serve(script))
    assert ask("bomb", client=strict).choices[0].message.refusal == "I cannot help with that."
    with pytest.raises(openai.ContentFilterFinishReasonError):
        strict.chat.completions.parse(model="gpt-4o", messages=[{"role": "user", "content": "filter"}], response_format=Person)


@pytest.mark.parametrize("preset", ["bifrost-mocker", "fake-llm-server", "m1-mock-provider", "mock-openai", "mockllm"])
def test_presets_answer_a_lenient_client(preset, connect, ask):
    from understudy import Understudy

    with Understudy(preset=preset, latency=0, jitter=0, response_delay_ms=0) as server:
        lenient = connect(server, _strict_response_validation=False)
        assert ask(client=lenient).choices[0].message.content
