"""DSPy in front of a server without a script: its signatures are filled in whatever way it asks for them.

It asks for marked texts, which are answered with the marks; of some signatures it asks for JSON.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

dspy = pytest.importorskip("dspy")

MODELS = {
    "openai": ("openai/gpt-4o-mini", "/v1", "chat"),
    "responses": ("openai/gpt-4o-mini", "/v1", "responses"),
    "anthropic": ("anthropic/claude-sonnet-4-5", "", "chat"),
    "gemini": ("gemini/gemini-2.5-flash", "/gemini/v1beta", "chat"),
    "ollama": ("ollama_chat/llama3.1", "", "chat"),
}
ADAPTERS = ("ChatAdapter", "JSONAdapter", "XMLAdapter")


@pytest.fixture
def of(plain):
    @contextlib.contextmanager
    def of(name: str, adapter: str = "ChatAdapter", **options: Any) -> Iterator[Any]:
        model, path, kind = MODELS[name]
        lm = dspy.LM(model, api_base=plain.url + path, api_key="any", cache=False, model_type=kind, num_retries=0)
        with dspy.context(lm=lm, adapter=getattr(dspy, adapter)(**options)):
            yield lm

    return of


class Facts(dspy.Signature):
    """Extract the facts."""

    text: str = dspy.InputField()
    age: int = dspy.OutputField()
    admin: bool = dspy.OutputField()


@pytest.mark.parametrize("name", MODELS)
def test_a_signature_is_filled(of, name):
    with of(name):
        found = dspy.Predict(Facts)(text="Jane is 34 and an admin.")
    assert found.age == 34
    assert isinstance(found.admin, bool)


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_in_every_way_of_asking(of, adapter):
    with of("openai", adapter):
        assert dspy.Predict(Facts)(text="Jane is 34 and an admin.").age == 34


def test_a_chain_of_thought_has_its_reasoning(of):
    with of("openai"):
        found = dspy.ChainOfThought("question -> answer")(question="hello")
    assert found.reasoning
    assert found.answer


class Calls(dspy.Signature):
    """Call what is needed."""

    question: str = dspy.InputField()
    tools: list[dspy.Tool] = dspy.InputField()
    calls: dspy.ToolCalls = dspy.OutputField()


def test_a_tool_is_called(of, get_weather):
    with of("openai", "JSONAdapter", use_native_function_calling=True):
        found = dspy.Predict(Calls)(question="What is the weather in Paris?", tools=[dspy.Tool(get_weather)])
    assert [(call.name, call.args) for call in found.calls.tool_calls] == [("get_weather", {"city": "Paris"})]


def test_an_agent_that_speaks_of_its_tools_in_the_prompt_comes_to_an_end(of, get_weather):
    with of("openai"):
        found = dspy.ReAct("question -> answer", tools=[get_weather], max_iters=2)(question="What is the weather in Paris?")
    assert found.trajectory["tool_name_0"] in ("get_weather", "finish")
    assert found.answer


def test_texts_become_vectors(plain):
    embed = dspy.Embedder("openai/text-embedding-3-small", api_base=plain.openai_url, api_key="any", caching=False)
    assert embed(["one", "two"]).shape == (2, 1536)
