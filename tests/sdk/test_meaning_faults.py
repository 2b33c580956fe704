"""What the readers of the official Python clients raise for faults of meaning, held against docs/reference/faults.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anthropic
import openai
import pytest
from pydantic import BaseModel

from understudy.faults import _clients_meaning as table

pytestmark = pytest.mark.sdk


class Weather(BaseModel):
    """Arguments of the tool."""

    city: str
    days: int


class Said(BaseModel):
    """The format asked for."""

    answer: str


ASKED = [{"role": "user", "content": "The weather in Paris for 3 days?"}]
TOOL = {"name": "Weather", "input_schema": Weather.model_json_schema()}


def _raised(act: Callable[[], object]) -> str:
    try:
        act()
    except Exception as error:  # its name is what is looked at
        return type(error).__name__
    return table.NOTHING


def _openai(plain, **wishes: Any) -> tuple[str, str]:
    with openai.OpenAI(base_url=plain.openai_url, api_key="sk-any", max_retries=0) as client:
        chat = client.chat.completions

        def stream() -> None:
            with chat.stream(model="gpt-4o-mini", messages=ASKED, **wishes) as answer:
                answer.get_final_completion()

        return _raised(lambda: chat.parse(model="gpt-4o-mini", messages=ASKED, **wishes)), _raised(stream)


def _anthropic(plain, form: type[BaseModel] | None, **wishes: Any) -> tuple[str, str]:
    asked = {"model": "claude-sonnet-5", "max_tokens": 500, "messages": ASKED, **wishes}
    with anthropic.Anthropic(base_url=plain.url, api_key="sk-ant-any", max_retries=0) as client:

        def stream() -> None:
            with client.messages.stream(**asked) as answer:
                answer.get_final_message()

        parse = table.NOT_READ if form is None else _raised(lambda: client.messages.parse(**asked, output_format=form))
        return _raised(stream), parse


def _each(rows: tuple[table.Reads, ...]) -> list[Any]:
    return [pytest.param(fault, row[1:], id=fault) for row in rows for fault in row.faults]


@pytest.mark.parametrize(("fault", "said"), _each(table.OF_CALLS))
def test_tool_calls_are_read_as_the_table_says(fault, said, plain):
    headers = {"X-Understudy-Fault": fault}
    found = _openai(plain, tools=[openai.pydantic_function_tool(Weather)], extra_headers=headers)
    assert (*found, *_anthropic(plain, None, tools=[TOOL], extra_headers=headers)) == said


@pytest.mark.parametrize(("fault", "said"), _each(table.OF_TEXTS))
def test_texts_are_read_as_the_table_says(fault, said, plain):
    headers = {"X-Understudy-Fault": fault}
    found = _openai(plain, response_format=Said, extra_headers=headers)
    assert (*found, *_anthropic(plain, Said, extra_headers=headers)) == said


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("row", [*table.OF_CALLS, *table.OF_TEXTS], ids=lambda row: row.faults[0])
def test_a_call_of_the_api_raises_nothing(row, stream, plain):
    for fault in row.faults:
        headers = {"X-Understudy-Fault": fault}
        with openai.OpenAI(base_url=plain.openai_url, api_key="sk-any", max_retries=0) as client:
            tools = [openai.pydantic_function_tool(Weather)]
            answer = client.chat.completions.create(
                model="gpt-4o-mini", messages=ASKED, tools=tools, stream=stream, extra_headers=headers
            )
            assert list(answer) if stream else (answer.choices != []) == (fault != "empty-choices")
        with anthropic.Anthropic(base_url=plain.url, api_key="sk-any", max_retries=0) as other:
            told = other.messages.create(
                model="claude-sonnet-5", max_tokens=500, messages=ASKED, tools=[TOOL], stream=stream, extra_headers=headers
            )
            assert [event.type for event in told][-1] == "message_stop" if stream else told.stop_reason
