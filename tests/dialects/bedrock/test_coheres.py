"""Invoke in Cohere's forms."""

from __future__ import annotations

from base64 import b64decode
from json import loads
from re import findall

import pytest

from understudy.dialects.bedrock.coheres import tools

R = "/model/cohere.command-r-v1:0/invoke"
COMMAND = "/model/cohere.command-light-text-v14/invoke"


@pytest.fixture
def server(engine):
    return engine(
        """
rules:
  - {when: {system: brief, messages: earlier, user: hi}, reply: seen}
  - {when: {user: rank}, reply: {embedding: [0.2, 0.9, 0.4]}}
  - {reply: one two three}
"""
    )


def test_rules_see_the_whole_conversation(ask, server):
    body = {"message": "hi", "preamble": "brief", "chat_history": [{"role": "USER", "message": "earlier"}]}
    assert ask(body, R, to=server).json["text"] == "seen"


@pytest.mark.parametrize(
    ("wishes", "text", "reason"),
    [
        ({}, "one two three", "COMPLETE"),
        ({"max_tokens": 1}, "one", "MAX_TOKENS"),
        ({"stop_sequences": [" three"]}, "one two", "COMPLETE"),
    ],
)
def test_both_forms_say_why_they_ended(ask, server, wishes, text, reason):
    chat = ask({"message": "x", **wishes}, R, to=server).json
    assert (chat["text"], chat["finish_reason"]) == (text, reason)
    (generation,) = ask({"prompt": "x", **wishes}, COMMAND, to=server).json["generations"]
    assert (generation["text"], generation["finish_reason"]) == (text, reason)


def test_documents_are_ranked(ask, server):
    body = {"query": "rank", "documents": ["a", {"title": "b"}, "c"], "top_n": 2, "api_version": 2}
    found = ask(body, "/model/cohere.rerank-v3-5:0/invoke", to=server).json
    assert found == {"results": [{"index": 1, "relevance_score": 0.9}, {"index": 2, "relevance_score": 0.4}]}


TOOL = {
    "name": "get_weather",
    "description": "Tell the weather of a city",
    "parameter_definitions": {
        "city": {"description": "a city", "type": "str", "required": True},
        "days": {"description": "how many", "type": "int"},
        "hours": {"type": "List[int]"},
    },
}


def test_tools_are_called_and_their_results_used(ask, engine):
    server = engine()
    asked = {"message": "What is the weather in Paris?", "tools": [TOOL]}
    found = ask(asked, R, to=server).json
    (call,) = found["tool_calls"]
    assert (call["name"], call["parameters"]["city"], found["finish_reason"]) == ("get_weather", "Paris", "COMPLETE")
    assert found["chat_history"][-1]["tool_calls"] == [call]
    results = [{"call": call, "outputs": [{"sky": "sunny"}]}]
    answer = ask({**asked, "tool_results": results}, R, to=server).json
    assert "tool_calls" not in answer
    assert "sunny" in answer["text"]
    assert [turn["role"] for turn in answer["chat_history"]] == ["USER", "CHATBOT"]


def test_rules_see_tools_with_their_schemas(ask, engine):
    server = engine(
        """
rules:
  - {when: {tools: get_weather, tool_result: {contains: sunny}}, reply: seen}
  - {when: {tools: get_weather}, reply: {text: "I look.", tool_calls: [{name: get_weather, arguments: {city: Paris}}]}}
"""
    )
    asked = {"message": "x", "tools": [TOOL]}
    stream = ask(asked, f"{R}-with-response-stream", to=server).body
    events = [loads(b64decode(data)) for data in findall(rb'"bytes":"([^"]*)"', stream)]
    assert [event["event_type"] for event in events][-2:] == ["tool-calls-generation", "stream-end"]
    assert events[-2]["tool_calls"] == [{"name": "get_weather", "parameters": {"city": "Paris"}}]
    assert events[-1]["response"]["tool_calls"] == events[-2]["tool_calls"]
    results = [{"call": events[-2]["tool_calls"][0], "outputs": [{"sky": "sunny"}]}]
    assert ask({**asked, "message": "", "tool_results": results}, R, to=server).json["text"] == "seen"


def test_types_of_python_become_those_of_json():
    (tool,) = tools({"tools": [TOOL, {"description": "no name"}]})
    kinds = {name: member["type"] for name, member in tool.parameters["properties"].items()}
    assert (kinds, tool.parameters["required"]) == ({"city": "string", "days": "integer", "hours": "array"}, ["city"])
