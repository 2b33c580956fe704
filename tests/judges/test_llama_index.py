"""LlamaIndex in front of a server without a script: its models, agents and embeddings."""

from __future__ import annotations

import asyncio
import importlib
from typing import Any

import pytest

pytest.importorskip("llama_index.core")
from llama_index.core.agent.workflow import AgentStream, FunctionAgent
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.tools import FunctionTool

MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "openai": ("openai.OpenAI", {"model": "gpt-4o-mini", "api_base": "{url}/v1", "api_key": "any"}),
    "responses": ("openai.OpenAIResponses", {"model": "gpt-4o-mini", "api_base": "{url}/v1", "api_key": "any"}),
    "vllm": (
        "openai_like.OpenAILike",
        {
            "model": "meta-llama/Llama-3.1-8B-Instruct",
            "api_base": "{url}/vllm/v1",
            "api_key": "any",
            "is_chat_model": True,
            "is_function_calling_model": True,
        },
    ),
    "anthropic": ("anthropic.Anthropic", {"model": "claude-sonnet-4-5", "base_url": "{url}", "api_key": "any"}),
    "gemini": (
        "google_genai.GoogleGenAI",
        {"model": "gemini-2.5-flash", "api_key": "any", "http_options": {"base_url": "{url}"}},
    ),
    "ollama": ("ollama.Ollama", {"model": "llama3.1", "base_url": "{url}"}),
}


def told(options: Any, url: str) -> Any:
    if isinstance(options, dict):
        return {name: told(value, url) for name, value in options.items()}
    return options.format(url=url) if isinstance(options, str) else options


@pytest.fixture(params=MODELS)
def model(request, plain) -> Any:
    name, options = MODELS[request.param]
    home, _, kind = name.partition(".")
    try:
        made = getattr(importlib.import_module(f"llama_index.llms.{home}"), kind)
    except ImportError as missing:
        pytest.skip(str(missing))
    return made(**told(options, plain.url))


def test_a_question_is_answered(model, hello):
    assert model.chat([ChatMessage("hello")]).message.content == hello
    assert model.complete("hello").text == hello


def test_a_stream_says_the_same(model, hello):
    pieces = [piece.delta or "" for piece in model.stream_chat([ChatMessage("hello")])]
    assert "".join(pieces) == hello
    assert len(pieces) > 1


def test_without_waiting_for_each_other(model, hello):
    async def run() -> tuple[str, str]:
        stream = await model.astream_chat([ChatMessage("hello")])
        pieces = [piece.delta or "" async for piece in stream]
        return (await model.achat([ChatMessage("hello")])).message.content, "".join(pieces)

    assert asyncio.run(run()) == (hello, hello)


def test_an_answer_has_the_form_asked_for(model, person, question):
    found = model.as_structured_llm(person).complete(question).raw
    assert isinstance(found, person)
    assert found.age == 34


def test_an_agent_calls_its_tool_and_ends(model, get_weather):
    async def run() -> tuple[str, str]:
        agent = FunctionAgent(tools=[FunctionTool.from_defaults(get_weather)], llm=model)
        handler = agent.run("What is the weather in Paris?")
        pieces = [event.delta async for event in handler.stream_events() if isinstance(event, AgentStream)]
        return str(await handler), "".join(pieces)

    said, streamed = asyncio.run(run())
    assert "sunny in Paris" in said
    assert "sunny in Paris" in streamed


def test_texts_become_vectors(plain):
    kind = pytest.importorskip("llama_index.embeddings.openai").OpenAIEmbedding
    model = kind(model="text-embedding-3-small", api_base=plain.openai_url, api_key="any")
    one, two = model.get_text_embedding_batch(["one", "two"])
    assert len(one) == len(two) == 1536
    assert one == model.get_query_embedding("one") != two
