"""smolagents in front of a server without a script: agents call their tools and end with what they found."""

from __future__ import annotations

from typing import Any

import pytest

smolagents = pytest.importorskip("smolagents")

MODELS = {
    "openai": ("OpenAIServerModel", {"model_id": "gpt-4o-mini", "api_base": "{url}/v1", "api_key": "any"}),
    "litellm": ("LiteLLMModel", {"model_id": "anthropic/claude-sonnet-4-5", "api_base": "{url}", "api_key": "any"}),
    "azure": (
        "AzureOpenAIServerModel",
        {"model_id": "gpt-4o-mini", "azure_endpoint": "{url}", "api_key": "any", "api_version": "2024-10-21"},
    ),
    "tgi": ("InferenceClientModel", {"model_id": "{url}/tgi/v1/chat/completions", "api_key": "any"}),
}


@pytest.fixture(params=MODELS)
def model(request, plain) -> Any:
    kind, options = MODELS[request.param]
    return getattr(smolagents, kind)(**{name: value.format(url=plain.url) for name, value in options.items()})


@pytest.fixture
def agent(model, get_weather) -> Any:
    return smolagents.ToolCallingAgent(tools=[smolagents.tool(get_weather)], model=model, max_steps=4, verbosity_level=0)


def test_an_agent_calls_its_tool_and_ends(agent):
    said = agent.run("What is the weather in Paris?", return_full_result=True)
    called = [call["function"]["name"] for step in said.steps if "tool_calls" in step for call in step["tool_calls"] or ()]
    assert called == ["get_weather", "final_answer"]
    assert said.state == "success"
    assert "sunny in Paris" in str(said.output)


def test_a_stream_says_the_same(model, hello):
    asked = [smolagents.ChatMessage(role="user", content="hello")]
    pieces = [piece.content or "" for piece in model.generate_stream(asked)]
    assert "".join(pieces) == hello
    assert model.generate(asked).content == hello
