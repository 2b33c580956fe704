"""The OpenAI Agents SDK and LangGraph in front of a server without a script: loops end, work is handed over, guards hold."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

pydantic = pytest.importorskip("pydantic")


class Verdict(pydantic.BaseModel):
    is_homework: bool


@pytest.fixture(params=["responses", "chat"])
def play(request, plain) -> Callable[..., Any]:
    """Run a scene with a model of one of the two interfaces."""
    agents = pytest.importorskip("agents")
    import openai

    agents.set_tracing_disabled(True)

    def run(scene: Callable[..., Any]) -> Any:
        async def whole() -> Any:
            async with openai.AsyncOpenAI(base_url=plain.openai_url, api_key="any", max_retries=0) as client:
                kind = agents.OpenAIResponsesModel if request.param == "responses" else agents.OpenAIChatCompletionsModel
                return await scene(agents, kind("gpt-4o-mini", client))

        return asyncio.run(whole())

    return run


def test_an_agent_calls_its_tool_and_ends(play, get_weather):
    async def scene(agents, model):
        agent = agents.Agent(name="Helper", tools=[agents.function_tool(get_weather)], model=model)
        told = await agents.Runner.run(agent, "What is the weather in Paris?", max_turns=3)
        return told.final_output, [item.type for item in told.new_items]

    said, items = play(scene)
    assert "sunny in Paris" in said
    assert items == ["tool_call_item", "tool_call_output_item", "message_output_item"]


def test_an_agent_answers_in_form(play, get_weather, person, question):
    async def scene(agents, model):
        tools = [agents.function_tool(get_weather)]
        agent = agents.Agent(name="Former", tools=tools, model=model, output_type=person)
        return (await agents.Runner.run(agent, question)).final_output

    assert play(scene).age == 34


def test_an_agent_hands_over(play):
    async def scene(agents, model):
        spanish = agents.Agent(name="Spanish agent", model=model)
        triage = agents.Agent(name="Triage", handoffs=[spanish], model=model)
        return await agents.Runner.run(triage, "Transfer me to the Spanish agent")

    told = play(scene)
    assert told.last_agent.name == "Spanish agent"
    assert told.final_output


def test_a_guard_of_its_own_model_stops_what_it_must(play):
    async def scene(agents, model):
        judge = agents.Agent(name="Judge", instructions="Is it homework?", output_type=Verdict, model=model)

        @agents.input_guardrail
        async def guard(context, _agent, asked):
            found = (await agents.Runner.run(judge, asked, context=context.context)).final_output
            return agents.GuardrailFunctionOutput(output_info=found, tripwire_triggered=found.is_homework)

        agent = agents.Agent(name="Helper", input_guardrails=[guard], model=model)
        said = (await agents.Runner.run(agent, "is_homework: false. Hello")).final_output
        with pytest.raises(agents.InputGuardrailTripwireTriggered):
            await agents.Runner.run(agent, "is_homework: true. Solve x + 1 = 2")
        return said

    assert play(scene)


def test_a_stream_of_an_agent_says_what_it_does(play, get_weather):
    async def scene(agents, model):
        agent = agents.Agent(name="Helper", tools=[agents.function_tool(get_weather)], model=model)
        told = agents.Runner.run_streamed(agent, "What is the weather in Paris?")
        names, pieces = [], []
        async for event in told.stream_events():
            if event.type == "run_item_stream_event":
                names.append(event.name)
            elif event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
                pieces.append(event.data.delta)
        return names, pieces, told.final_output

    names, pieces, said = play(scene)
    assert names == ["tool_called", "tool_output", "message_output_created"]
    assert "".join(pieces) == said
    assert "sunny in Paris" in said


def test_a_conversation_kept_by_the_client_goes_on(play):
    async def scene(agents, model):
        agent = agents.Agent(name="Helper", model=model)
        session = agents.SQLiteSession("any")
        await agents.Runner.run(agent, "hello", session=session)
        await agents.Runner.run(agent, "and again", session=session)
        return [item.get("role") for item in await session.get_items()]

    assert play(scene) == ["user", "assistant", "user", "assistant"]


@pytest.mark.parametrize("responses", [False, True])
def test_a_langgraph_agent_calls_its_tool_and_ends(plain, get_weather, question, responses):
    langchain = pytest.importorskip("langchain_openai")
    prebuilt = pytest.importorskip("langgraph.prebuilt")
    model = langchain.ChatOpenAI(model="gpt-4o-mini", base_url=plain.openai_url, use_responses_api=responses)
    told = prebuilt.create_react_agent(model, [get_weather]).invoke({"messages": [("user", question)]})["messages"]
    assert [message.type for message in told] == ["human", "ai", "tool", "ai"]
    assert told[2].content == "sunny in Paris"
