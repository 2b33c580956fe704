"""AutoGen in front of a server without a script: assistants and teams of them call their tools and end."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

pytest.importorskip("autogen_agentchat")
from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.conditions import MaxMessageTermination
from autogen_agentchat.messages import StructuredMessage
from autogen_agentchat.teams import RoundRobinGroupChat, SelectorGroupChat, Swarm
from autogen_core.models import ModelInfo, UserMessage

KNOWN = ModelInfo(vision=False, function_calling=True, json_output=True, family="unknown", structured_output=True)
CLIENTS = {
    "openai": ("openai.OpenAIChatCompletionClient", {"model": "gpt-4o-mini", "base_url": "{url}/v1", "api_key": "any"}),
    "azure": (
        "openai.AzureOpenAIChatCompletionClient",
        {
            "model": "gpt-4o-mini",
            "azure_deployment": "gpt-4o-mini",
            "azure_endpoint": "{url}",
            "api_key": "any",
            "api_version": "2024-10-21",
        },
    ),
    "anthropic": (
        "anthropic.AnthropicChatCompletionClient",
        {"model": "claude-sonnet-4-5", "base_url": "{url}", "api_key": "any"},
    ),
    "ollama": ("ollama.OllamaChatCompletionClient", {"model": "llama3.1", "host": "{url}"}),
}


@pytest.fixture(params=CLIENTS)
def play(request, plain) -> Callable[[Callable[[Any], Awaitable[Any]]], Any]:
    name, options = CLIENTS[request.param]
    home, _, kind = name.partition(".")
    try:
        made = getattr(importlib.import_module(f"autogen_ext.models.{home}"), kind)
    except ImportError as missing:
        pytest.skip(str(missing))
    told = {key: value.format(url=plain.url) for key, value in options.items()}

    def play(scene: Callable[[Any], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            client = made(model_info=KNOWN, **told)
            try:
                return await scene(client)
            finally:
                await client.close()

        return asyncio.run(whole())

    return play


def test_a_question_is_answered_and_counted(play, hello):
    found = play(lambda client: client.create([UserMessage(content="hello", source="user")]))
    assert found.content == hello
    assert found.usage.completion_tokens > 0


def test_a_stream_says_the_same(play, hello):
    async def scene(client: Any) -> list[Any]:
        return [piece async for piece in client.create_stream([UserMessage(content="hello", source="user")])]

    *pieces, whole = play(scene)
    assert "".join(pieces) == whole.content == hello
    assert len(pieces) > 1


@pytest.mark.parametrize("stream", [False, True])
def test_an_assistant_calls_its_tool_and_uses_the_result(play, get_weather, stream):
    async def scene(client: Any) -> Any:
        agent = AssistantAgent("helper", client, tools=[get_weather], reflect_on_tool_use=True, model_client_stream=stream)
        return await agent.run(task="What is the weather in Paris?")

    told = play(scene).messages
    kinds = [message.type for message in told if message.type != "ModelClientStreamingChunkEvent"]
    assert kinds == ["TextMessage", "ToolCallRequestEvent", "ToolCallExecutionEvent", "TextMessage"]
    assert "sunny in Paris" in told[-1].content


def test_an_assistant_answers_in_form(request, play, person, question):
    if "anthropic" in request.node.name:
        pytest.skip("AutoGen knows no such answers of Anthropic's models")

    async def scene(client: Any) -> Any:
        return await AssistantAgent("former", client, output_content_type=person).run(task=question)

    last = play(scene).messages[-1]
    assert isinstance(last, StructuredMessage)
    assert last.content.age == 34


@pytest.mark.parametrize("team", ["turns", "chosen", "handed over"])
def test_a_team_comes_to_an_end(play, team):
    async def scene(client: Any) -> Any:
        first = AssistantAgent(
            "first", client, description="Answers first", handoffs=["second"] if team == "handed over" else []
        )
        second = AssistantAgent("second", client, description="Answers second")
        end = MaxMessageTermination(4)
        if team == "turns":
            made = RoundRobinGroupChat([first, second], termination_condition=end)
        elif team == "chosen":
            made = SelectorGroupChat([first, second], client, termination_condition=end)
        else:
            made = Swarm([first, second], termination_condition=end)
        task = "Transfer me to second." if team == "handed over" else "hello"
        return await made.run(task=task)

    told = play(scene).messages
    assert {message.source for message in told} >= ({"first", "second"} if team != "chosen" else {"user"})
