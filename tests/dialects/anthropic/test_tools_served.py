"""Tools that the API runs: whose calls they are, the results that follow them, and how often they were used."""

from __future__ import annotations

import json

import pytest

from understudy.dialects.anthropic.served import names_of, result_of

CALLS = "rules: [{reply: {blocks: [{tool_call: {name: %s, arguments: {}}}, {text: done}]}}]"
TOOLS = {
    "web_search": ("web_search_20250305", "web_search"),
    "web_fetch": ("web_fetch_20250910", "web_fetch"),
    "bash_code_execution": ("code_execution_20250825", "code_execution"),
    "text_editor_code_execution": ("code_execution_20250825", "code_execution"),
    "code_execution": ("code_execution_20250522", "code_execution"),
    "tool_search_tool_regex": ("tool_search_tool_regex_20251119", "tool_search_tool_regex"),
}


@pytest.mark.parametrize("called", TOOLS)
def test_a_call_is_followed_by_its_result(engine, say, body, called):
    kind, offered = TOOLS[called]
    to = engine(CALLS % called)
    answer = say(body(tools=[{"type": kind, "name": offered}]), to=to).json
    use, result, text = answer["content"]
    assert (use["type"], use["name"], text["text"]) == ("server_tool_use", called, "done")
    expected = "tool_search_tool_result" if called.startswith("tool_search") else f"{called}_tool_result"
    assert (result["type"], result["tool_use_id"], answer["stop_reason"]) == (expected, use["id"], "end_turn")


@pytest.mark.parametrize(("name", "counts"), [("web_search", (1, 0)), ("web_fetch", (0, 1)), ("bash_code_execution", None)])
def test_searches_and_fetches_are_counted(engine, say, body, events, name, counts):
    to, (kind, offered) = engine(CALLS % name), TOOLS[name]
    value = body(tools=[{"type": kind, "name": offered}])
    expected = counts and dict(zip(("web_search_requests", "web_fetch_requests"), counts, strict=True))
    assert say(value, to=to).json["usage"].get("server_tool_use") == expected
    told = [event for event in events(say({**value, "stream": True}, to=to)) if event["type"] == "message_delta"]
    assert told[0]["usage"].get("server_tool_use") == expected


def test_the_clients_own_tools_are_not_served():
    assert names_of((("web_search", "web_search_20250305"),)) == {"web_search"}
    assert "bash_code_execution" in names_of((("code_execution", "code_execution_20260120"),))


def test_results_of_tools_nobody_knows_have_the_usual_form():
    assert result_of("advisor") == ("advisor_tool_result", {"type": "advisor_result", "content": []})


@pytest.mark.parametrize("kind", ["computer_toolset_20260801", "browser_toolset_20260801"])
def test_a_toolset_has_no_name(say, body, kind):
    answer = say(body(tools=[{"type": kind}]), headers={"anthropic-version": "2026-10-21"})
    assert (answer.status, json.loads(answer.body)["stop_reason"]) == (200, "end_turn")
