"""Pydantic AI in front of a server without a script: agents call their tools, end, and answer in the form of their type."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from typing import Any

import pytest

ai = pytest.importorskip("pydantic_ai")
# the class of the model, its module, the class of the provider, its module, the name of the model, where below the server
MODELS = {
    "openai-chat": ("OpenAIChatModel", "openai", "OpenAIProvider", "openai", "gpt-4o-mini", "/v1"),
    "openai-responses": ("OpenAIResponsesModel", "openai", "OpenAIProvider", "openai", "gpt-4o-mini", "/v1"),
    "anthropic": ("AnthropicModel", "anthropic", "AnthropicProvider", "anthropic", "claude-sonnet-4-5", ""),
    "google": ("GoogleModel", "google", "GoogleProvider", "google", "gemini-2.5-flash", ""),
    "groq": ("GroqModel", "groq", "GroqProvider", "groq", "llama-3.3-70b-versatile", "/groq"),
    "mistral": ("MistralModel", "mistral", "MistralProvider", "mistral", "mistral-large-latest", "/mistral"),
    "bedrock": ("BedrockConverseModel", "bedrock", "BedrockProvider", "bedrock", "us.amazon.nova-pro-v1:0", ""),
    "ollama": ("OpenAIChatModel", "openai", "OllamaProvider", "ollama", "llama3.1", "/v1"),
}


@pytest.fixture
def model(plain) -> Callable[[str], Any]:
    def make(name: str) -> Any:
        kind, module, source, home, called, path = MODELS[name]
        provider = getattr(importlib.import_module(f"pydantic_ai.providers.{home}"), source)
        url = plain.url + path
        own = {"base_url": url, "region_name": "us-east-1"} if name == "bedrock" else {"base_url": url, "api_key": "any"}
        try:
            models = importlib.import_module(f"pydantic_ai.models.{module}")
        except ImportError as missing:
            pytest.skip(str(missing))
        return getattr(models, kind)(called, provider=provider(**own))

    return make


@pytest.fixture
def cohere(plain) -> Any:
    client = pytest.importorskip("cohere")
    models = importlib.import_module("pydantic_ai.models.cohere")
    provider = importlib.import_module("pydantic_ai.providers.cohere").CohereProvider
    return models.CohereModel(
        "command-a-03-2025", provider=provider(cohere_client=client.AsyncClientV2("any", base_url=plain.url))
    )


def returned(told: Any) -> list[str]:
    return [part.content for message in told.all_messages() for part in message.parts if part.part_kind == "tool-return"]


@pytest.mark.parametrize("name", MODELS)
def test_an_agent_calls_its_tool_and_uses_the_result(model, get_weather, name):
    told = ai.Agent(model(name), tools=[get_weather]).run_sync("What is the weather in Paris?")
    assert returned(told) == ["sunny in Paris"]
    assert "sunny in Paris" in told.output
    assert told.usage.requests == 2
    assert told.usage.output_tokens > 0


def test_an_agent_of_cohere_does(cohere, get_weather):
    told = ai.Agent(cohere, tools=[get_weather]).run_sync("What is the weather in Paris?")
    assert returned(told) == ["sunny in Paris"]
    assert "sunny in Paris" in told.output


@pytest.mark.parametrize("output", ["ToolOutput", "NativeOutput", "PromptedOutput"])
@pytest.mark.parametrize("name", MODELS)
def test_an_agent_answers_in_form(model, person, question, name, output):
    chosen = model(name)
    if output == "NativeOutput" and not chosen.profile.get("supports_json_schema_output", False):
        pytest.skip("Pydantic AI knows no such output of this model")
    told = ai.Agent(chosen, output_type=getattr(ai, output)(person)).run_sync(question)
    assert isinstance(told.output, person)
    assert told.output.age == 34


@pytest.mark.parametrize("output", ["ToolOutput", "NativeOutput", "PromptedOutput"])
@pytest.mark.parametrize("name", ["openai-chat", "openai-responses"])
def test_an_agent_calls_its_tool_and_answers_in_form(model, get_weather, person, question, name, output):
    told = ai.Agent(model(name), output_type=getattr(ai, output)(person), tools=[get_weather]).run_sync(question)
    assert isinstance(told.output, person)
    assert returned(told)[0] == "sunny in Paris"


@pytest.mark.parametrize("name", [*MODELS])
def test_a_stream_is_the_same_agent(model, get_weather, name):
    async def run() -> tuple[list[str], str, list[str]]:
        agent = ai.Agent(model(name), tools=[get_weather])
        async with agent.run_stream("What is the weather in Paris?") as told:
            pieces = [piece async for piece in told.stream_text(delta=True, debounce_by=None)]
            return pieces, await told.get_output(), returned(told)

    pieces, output, results = asyncio.run(run())
    assert results == ["sunny in Paris"]
    assert "".join(pieces) == output
    assert "sunny in Paris" in output
    assert len(pieces) > 1


def test_an_error_carries_its_status(model):
    errors = importlib.import_module("pydantic_ai.exceptions")
    with pytest.raises(errors.ModelHTTPError) as caught:
        ai.Agent(model("openai-chat")).run_sync("[401]")
    assert caught.value.status_code == 401
