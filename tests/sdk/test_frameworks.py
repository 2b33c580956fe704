"""Frameworks above the official client, each where it is installed: tool loops end and structured answers validate."""

from __future__ import annotations

import asyncio
from typing import Literal

import pytest

# what a framework says of its own future is no concern of ours
pytestmark = [pytest.mark.sdk, pytest.mark.filterwarnings("default")]

pydantic = pytest.importorskip("pydantic")
QUESTION = "What is the weather in Paris? Ask Jane, 34, an admin. Answer in json."


class Person(pydantic.BaseModel):
    name: str
    age: int
    role: Literal["admin", "user"]
    email: str | None = None
    tags: list[str] = pydantic.Field(default_factory=list)


def get_weather(city: str) -> str:
    """Get the weather of a city."""
    return f"sunny in {city}"


@pytest.fixture
def address(plain, monkeypatch):
    """The server's address, where every framework looks for it."""
    monkeypatch.setenv("OPENAI_BASE_URL", plain.openai_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-any")
    monkeypatch.setenv("OPENAI_AGENTS_DISABLE_TRACING", "1")
    return plain.openai_url


@pytest.mark.parametrize("responses", [False, True])
def test_a_langchain_agent_calls_its_tool_and_ends(address, responses):
    langchain = pytest.importorskip("langchain_openai")
    prebuilt = pytest.importorskip("langgraph.prebuilt")
    model = langchain.ChatOpenAI(model="gpt-4o-mini", base_url=address, use_responses_api=responses)
    told = prebuilt.create_react_agent(model, [get_weather]).invoke({"messages": [("user", QUESTION)]})["messages"]
    assert [message.type for message in told] == ["human", "ai", "tool", "ai"]
    assert told[2].content == "sunny in Paris"


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_langchain_gets_structured_answers(address, method):
    langchain = pytest.importorskip("langchain_openai")
    model = langchain.ChatOpenAI(model="gpt-4o-mini", base_url=address).with_structured_output(Person, method=method)
    assert isinstance(model.invoke(QUESTION), Person)
    assert isinstance(list(model.stream(QUESTION))[-1], Person)


@pytest.mark.parametrize("mode", ["TOOLS", "TOOLS_STRICT", "JSON", "JSON_SCHEMA", "MD_JSON", "RESPONSES_TOOLS"])
def test_instructor_gets_structured_answers(plain, connect, mode):
    instructor = pytest.importorskip("instructor")
    client = instructor.from_openai(connect(plain, _strict_response_validation=False), mode=instructor.Mode[mode])
    messages = [{"role": "user", "content": QUESTION}]
    found = client.chat.completions.create(model="gpt-4o-mini", response_model=Person, messages=messages, max_retries=0)
    assert found.age == 34


@pytest.mark.parametrize("output", ["ToolOutput", "NativeOutput", "PromptedOutput"])
@pytest.mark.parametrize("api", ["openai-chat", "openai-responses"])
def test_a_pydantic_agent_calls_its_tool_and_answers_in_form(address, api, output):
    agents = pytest.importorskip("pydantic_ai")
    agent = agents.Agent(f"{api}:gpt-4o-mini", output_type=getattr(agents, output)(Person), tools=[get_weather])
    told = agent.run_sync(QUESTION)
    assert isinstance(told.output, Person)
    returned = [part.content for message in told.all_messages() for part in message.parts if part.part_kind == "tool-return"]
    assert returned[0] == "sunny in Paris"


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_an_openai_agent_calls_its_tool_hands_over_and_answers_in_form(address, api):
    agents = pytest.importorskip("agents")
    import openai

    client = openai.AsyncOpenAI(base_url=address, api_key="sk-any")
    kind = agents.OpenAIResponsesModel if api == "responses" else agents.OpenAIChatCompletionsModel
    model, tools = kind("gpt-4o-mini", client), [agents.function_tool(get_weather)]
    settings = agents.RunConfig(tracing_disabled=True)

    async def run():
        helper = agents.Agent(name="Helper", tools=tools, model=model)
        former = agents.Agent(name="Former", tools=tools, model=model, output_type=Person)
        spanish = agents.Agent(name="Spanish agent", model=model)
        triage = agents.Agent(name="Triage", handoffs=[spanish], model=model)
        said = await agents.Runner.run(helper, "What is the weather in Paris?", run_config=settings)
        formed = await agents.Runner.run(former, QUESTION, run_config=settings)
        handed = await agents.Runner.run(triage, "Transfer me to the Spanish agent", run_config=settings)
        await client.close()
        return said.final_output, formed.final_output, handed.last_agent.name

    said, formed, last = asyncio.run(run())
    assert "sunny in Paris" in said
    assert isinstance(formed, Person)
    assert last == "Spanish agent"
