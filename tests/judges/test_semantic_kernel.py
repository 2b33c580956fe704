"""Semantic Kernel in front of a server without a script: its services and agents."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

pytest.importorskip("semantic_kernel")
import openai
from semantic_kernel.agents import ChatCompletionAgent
from semantic_kernel.connectors.ai import open_ai as services
from semantic_kernel.contents import ChatHistory
from semantic_kernel.functions import KernelArguments, kernel_function


class Weather:
    @kernel_function(description="Get the weather of a city")
    def get_weather(self, city: str) -> str:
        return f"sunny in {city}"


@pytest.fixture(params=["openai", "azure"])
def play(request, plain, monkeypatch) -> Callable[[Callable[[Any], Awaitable[Any]]], Any]:
    monkeypatch.delenv("AZURE_OPENAI_ENDPOINT", raising=False)  # which must be https, used or not

    def play(scene: Callable[[Any], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            if request.param == "openai":
                async with openai.AsyncOpenAI(base_url=plain.openai_url, api_key="any", max_retries=0) as client:
                    return await scene(services.OpenAIChatCompletion("gpt-4o-mini", async_client=client))
            own = {"azure_endpoint": plain.url, "api_key": "any", "api_version": "2024-10-21"}
            async with openai.AsyncAzureOpenAI(**own, azure_deployment="gpt-4o-mini", max_retries=0) as client:
                return await scene(services.AzureChatCompletion(deployment_name="gpt-4o-mini", async_client=client))

        return asyncio.run(whole())

    return play


def asked(text: str) -> ChatHistory:
    history = ChatHistory()
    history.add_user_message(text)
    return history


def test_a_question_is_answered(play, hello):
    settings = services.OpenAIChatPromptExecutionSettings()
    assert str(play(lambda service: service.get_chat_message_content(asked("hello"), settings))) == hello


def test_a_stream_says_the_same(play, hello):
    async def scene(service: Any) -> list[str]:
        settings = services.OpenAIChatPromptExecutionSettings()
        return [str(piece) async for piece in service.get_streaming_chat_message_content(asked("hello"), settings)]

    pieces = play(scene)
    assert "".join(pieces) == hello
    assert len(pieces) > 1


@pytest.mark.parametrize("stream", [False, True])
def test_an_agent_calls_its_tool_and_ends(play, stream):
    async def scene(service: Any) -> str:
        agent = ChatCompletionAgent(service=service, name="helper", plugins=[Weather()])
        if not stream:
            return str(await agent.get_response(messages="What is the weather in Paris?"))
        return "".join([str(piece.message) async for piece in agent.invoke_stream(messages="What is the weather in Paris?")])

    assert "sunny in Paris" in play(scene)


def test_an_agent_answers_in_form(play, person, question):
    async def scene(service: Any) -> str:
        settings = services.OpenAIChatPromptExecutionSettings(response_format=person)
        agent = ChatCompletionAgent(service=service, name="former", arguments=KernelArguments(settings))
        return str(await agent.get_response(messages=question))

    assert person.model_validate_json(play(scene)).age == 34


def test_texts_become_vectors(plain):
    async def run() -> Any:
        async with openai.AsyncOpenAI(base_url=plain.openai_url, api_key="any") as client:
            return await services.OpenAITextEmbedding("text-embedding-3-small", async_client=client).generate_embeddings(
                ["one"]
            )

    assert asyncio.run(run()).shape == (1, 1536)
