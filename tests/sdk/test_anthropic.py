"""The official Anthropic client for Python: messages whole and streamed, tools, counts, models; sync and async."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import anthropic
import pytest

pytestmark = pytest.mark.sdk

HELLO = "Hello! I'm a mock LLM response. How can I help you today?"
MODEL = "claude-sonnet-5"
WEATHER = {
    "name": "get_weather",
    "description": "Weather of a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
CONTENTS = {
    "text": "hello",
    "blocks": [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}],
    "image": [
        {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}},
        {"type": "text", "text": "look"},
    ],
    "document": [
        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="}},
        {"type": "text", "text": "read"},
    ],
}


@pytest.fixture
def link(made) -> Callable[..., anthropic.Anthropic]:
    """Make a strict client of a server; it does not try again unless told to."""
    own = {"api_key": "sk-ant-any", "max_retries": 0, "_strict_response_validation": True}
    return lambda server, **options: made(anthropic.Anthropic, base_url=server.url, **(own | options))


@pytest.fixture
def claude(plain, link) -> anthropic.Anthropic:
    """A strict client of the server without a script."""
    return link(plain)


def asked(content: Any = "hello", **wishes: Any) -> dict[str, Any]:
    return {"model": MODEL, "max_tokens": 1024, "messages": [{"role": "user", "content": content}], **wishes}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_every_form_of_content(claude, content):
    answer = claude.messages.create(**asked(content))
    assert answer.content[0].text == HELLO
    assert (answer.stop_reason, answer.role, answer.model) == ("end_turn", "assistant", MODEL)
    assert answer.usage.input_tokens > 0
    assert answer._request_id.startswith("req_")


def test_tools_there_and_back(claude):
    question = asked("What is the weather in Paris?", tools=[WEATHER])
    first = claude.messages.create(**question)
    assert first.stop_reason == "tool_use"
    (call,) = first.content
    assert (call.name, call.input) == ("get_weather", {"city": "Paris"})
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "sunny, 21 C"}
    question["messages"] += [{"role": "assistant", "content": first.content}, {"role": "user", "content": [result]}]
    second = claude.messages.create(**question)
    assert second.stop_reason == "end_turn"
    assert "sunny, 21 C" in second.content[0].text


def test_the_tool_runner_comes_to_an_end(claude):
    @anthropic.beta_tool
    def get_weather(city: str) -> str:
        """Weather of a city.

        Args:
            city: its name
        """
        return f"rain in {city}"

    runner = claude.beta.messages.tool_runner(**asked("What is the weather in Paris?"), tools=[get_weather])
    assert "rain in Paris" in runner.until_done().content[0].text


def test_a_stream_adds_up_to_the_message(claude):
    with claude.messages.stream(**asked()) as stream:
        text = "".join(stream.text_stream)
        message = stream.get_final_message()
    assert text == HELLO == message.content[0].text
    assert message.usage.output_tokens == claude.messages.create(**asked()).usage.output_tokens


def test_raw_events_come_in_the_order_of_the_grammar(claude):
    kinds = [event.type for event in claude.messages.create(**asked(stream=True))]
    assert kinds[:2] == ["message_start", "content_block_start"]
    assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]


def test_a_streamed_mix_of_blocks(serve, link):
    script = """
    rules:
      - reply:
          blocks:
            - {reasoning: "They want the weather."}
            - {text: "Let me look."}
            - {tool_call: {name: get_weather, arguments: {city: Paris}}}
            - {tool_call: {name: get_weather, arguments: {city: Rome}}}
    """
    client = link(serve(script))
    wishes = {**asked("weather?", tools=[WEATHER], thinking={"type": "adaptive"}), "max_tokens": 4096}
    whole = client.messages.create(**wishes)
    with client.messages.stream(**wishes) as stream:
        streamed = stream.get_final_message()
    for message in (whole, streamed):
        assert [block.type for block in message.content] == ["thinking", "text", "tool_use", "tool_use"]
        assert message.content[0].signature
        assert [block.input["city"] for block in message.content[2:]] == ["Paris", "Rome"]
        assert message.stop_reason == "tool_use"
    again = [{"role": "user", "content": "weather?"}, {"role": "assistant", "content": whole.content}]
    results = [{"type": "tool_result", "tool_use_id": block.id, "content": "sun"} for block in whole.content[2:]]
    assert client.messages.create(**{**wishes, "messages": [*again, {"role": "user", "content": results}]})


def test_structured_output_follows_its_schema(claude):
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}
    answer = claude.messages.create(**asked(output_config={"format": {"type": "json_schema", "schema": schema}}))
    assert isinstance(json.loads(answer.content[0].text)["n"], int)


def test_a_refusal_has_its_details(serve, link):
    answer = link(serve("rules: [{reply: {refusal: No.}}]")).messages.create(**asked())
    assert (answer.stop_reason, answer.stop_details.type) == ("refusal", "refusal")


def test_a_search_of_the_provider_by_script(serve, link):
    script = "rules: [{reply: {blocks: [{tool_call: {name: web_search, arguments: {query: sky}}}, {text: blue}]}}]"
    search = {"type": "web_search_20250305", "name": "web_search"}
    answer = link(serve(script)).messages.create(**asked(tools=[search]))
    assert [block.type for block in answer.content] == ["server_tool_use", "web_search_tool_result", "text"]
    assert answer.usage.server_tool_use.web_search_requests == 1


def test_counting_tokens(claude):
    found = claude.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": "hello"}])
    assert found.input_tokens == claude.messages.create(**asked()).usage.input_tokens


def test_the_catalogue_turns_its_pages(claude):
    listed = list(claude.models.list(limit=2))
    assert len(listed) > 2
    assert claude.models.retrieve(listed[-1].id) == listed[-1]


def test_prompt_caching_is_accounted_for(serve, link):
    client = link(serve())
    system = [{"type": "text", "text": "All of it matters. " * 300, "cache_control": {"type": "ephemeral"}}]
    first, second = (client.messages.create(**asked(system=system)).usage for _ in range(2))
    assert first.cache_creation_input_tokens == second.cache_read_input_tokens > 1024
    assert (first.cache_read_input_tokens, second.cache_creation_input_tokens) == (0, 0)
    assert first.cache_creation.ephemeral_5m_input_tokens == first.cache_creation_input_tokens


def test_the_asynchronous_client(plain):
    async def talk() -> tuple[str, str]:
        async with anthropic.AsyncAnthropic(base_url=plain.url, api_key="sk-ant-any", max_retries=0) as client:
            whole = await client.messages.create(**asked())
            async with client.messages.stream(**asked()) as stream:
                return whole.content[0].text, await stream.get_final_text()

    assert asyncio.run(talk()) == (HELLO, HELLO)


def test_the_prefix_of_the_dialect_works_as_a_base_address(plain):
    with anthropic.Anthropic(base_url=f"{plain.url}/anthropic", api_key="x", max_retries=0) as client:
        assert client.messages.create(**asked()).content[0].text == HELLO
