"""CrewAI in front of a server without a script: a crew does its tasks with its tools and answers in form."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("crewai")
import crewai
from crewai.tools import tool

MODELS = {
    "openai": {"model": "openai/gpt-4o-mini", "base_url": "{url}/v1", "api_key": "any"},
    "anthropic": {"model": "anthropic/claude-sonnet-4-5", "base_url": "{url}", "api_key": "any"},
    "gemini": {"model": "gemini/gemini-2.5-flash", "api_key": "any"},
}


@pytest.fixture(params=MODELS)
def model(request, plain, tmp_path, monkeypatch) -> Any:
    monkeypatch.setenv("CREWAI_STORAGE_DIR", str(tmp_path))
    try:
        return crewai.LLM(**{name: value.format(url=plain.url) for name, value in MODELS[request.param].items()})
    except ImportError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def play(model, get_weather):
    def play(task: str, **options: Any) -> Any:
        agent = crewai.Agent(role="Reporter", goal="Report", backstory="None", llm=model, tools=[tool(get_weather)], max_iter=4)
        asked = crewai.Task(description=task, expected_output="The answer", agent=agent, **options)
        return crewai.Crew(agents=[agent], tasks=[asked], tracing=False).kickoff()

    return play


def test_a_question_is_answered(model, hello):
    assert model.call("hello") == hello


def test_a_crew_calls_its_tool_and_ends(play):
    assert "sunny in Paris" in play("What is the weather in Paris?").raw


def test_a_crew_answers_in_form(play, person, question):
    assert play(question, output_pydantic=person).pydantic.age == 34
