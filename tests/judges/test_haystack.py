"""Haystack in front of a server without a script: generators, agents and embedders of its own package."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

pytest.importorskip("haystack")
from haystack.components.agents import Agent
from haystack.components.embedders import AzureOpenAITextEmbedder, OpenAIDocumentEmbedder, OpenAITextEmbedder
from haystack.components.generators.chat import AzureOpenAIChatGenerator, OpenAIChatGenerator, OpenAIResponsesChatGenerator
from haystack.dataclasses import ChatMessage, Document
from haystack.tools import create_tool_from_function
from haystack.utils import Secret

KEY = Secret.from_token("any")


@pytest.fixture(params=["chat", "responses", "azure"])
def generator(request, plain) -> Any:
    if request.param == "azure":
        return AzureOpenAIChatGenerator(plain.url, "2024-10-21", "gpt-4o-mini", api_key=KEY, max_retries=0)
    kind = OpenAIChatGenerator if request.param == "chat" else OpenAIResponsesChatGenerator
    return kind(api_key=KEY, model="gpt-4o-mini", api_base_url=plain.openai_url, max_retries=0)


def test_a_question_is_answered(generator, hello):
    (answer,) = generator.run([ChatMessage.from_user("hello")])["replies"]
    assert answer.text == hello


def test_a_stream_says_the_same(generator, hello):
    pieces: list[str] = []
    found = generator.run([ChatMessage.from_user("hello")], streaming_callback=lambda chunk: pieces.append(chunk.content))
    assert "".join(pieces) == found["replies"][0].text == hello
    assert len(pieces) > 1


@pytest.mark.parametrize("stream", [False, True])
def test_an_agent_calls_its_tool_and_ends(generator, get_weather, stream):
    agent = Agent(chat_generator=generator, tools=[create_tool_from_function(get_weather)], max_agent_steps=4)
    more = {"streaming_callback": lambda _chunk: None} if stream else {}
    told = agent.run(messages=[ChatMessage.from_user("What is the weather in Paris?")], **more)["messages"]
    assert [message.role.value for message in told] == ["user", "assistant", "tool", "assistant"]
    assert "sunny in Paris" in told[-1].text


def test_without_waiting_for_each_other(generator, hello):
    async def run() -> str:
        return (await generator.run_async([ChatMessage.from_user("hello")]))["replies"][0].text

    assert asyncio.run(run()) == hello


def test_an_answer_has_the_form_asked_for(generator, person, question):
    key = "text_format" if type(generator).__name__ == "OpenAIResponsesChatGenerator" else "response_format"
    (answer,) = generator.run([ChatMessage.from_user(question)], generation_kwargs={key: person})["replies"]
    assert person.model_validate_json(answer.text).age == 34


def test_texts_become_vectors(plain):
    own = {"model": "text-embedding-3-small", "api_base_url": plain.openai_url}
    one = OpenAITextEmbedder(KEY, **own).run("one")["embedding"]
    (kept,) = OpenAIDocumentEmbedder(KEY, **own).run([Document(content="one")])["documents"]
    azure = AzureOpenAITextEmbedder(plain.url, "2024-10-21", "text-embedding-3-small", api_key=KEY).run("one")["embedding"]
    assert len(one) == 1536
    assert one == kept.embedding == azure
