"""What a choice holds: calls of tools as what they were declared, and no more of them than the limit allows."""

from __future__ import annotations

import json

import pytest

from understudy.text.tokens import encoding

COUNT = encoding("o200k_base").count
RUN_SQL = {"type": "custom", "custom": {"name": "run_sql"}}
ADD = {"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {}}}}
SCRIPT = """
rules:
  - when: {user: sql}
    reply: {tool_calls: [{name: run_sql, arguments: "select 1"}]}
  - when: {user: both}
    reply: {tool_calls: [{name: run_sql, arguments: "select 1"}, {name: add, arguments: {a: 1}}]}
  - when: {user: long}
    reply: {tool_calls: [{name: add, arguments: {words: "one two three four five six seven"}}, {name: add, arguments: {a: 1}}]}
  - when: {user: after}
    reply: {blocks: [{text: "one two three four"}, {tool_call: {name: add, arguments: {a: 1}}}]}
  - when: {user: no}
    reply: {refusal: "I am sorry, but that cannot be."}
"""


@pytest.fixture
def said(engine, ask, chat):
    """What a chat is answered: whole, and the same put together from its stream."""
    to = engine(SCRIPT)

    def found(user, **fields):
        whole = json.loads(ask(chat(user, **fields), to=to).body)
        events = ask(chat(user, stream=True, **fields), to=to).chunks
        deltas = [choice for event in events for choice in event["choices"]]
        calls = {}
        for delta in (choice["delta"] for choice in deltas):
            for call in delta.get("tool_calls") or ():
                kept = calls.setdefault(call["index"], {key: value for key, value in call.items() if key != "index"})
                if kept is not call and "id" not in call:
                    kind = "custom" if "custom" in call else "function"
                    for key, value in call[kind].items():
                        kept[kind][key] = kept[kind].get(key, "") + value
        streamed = {
            "content": "".join(choice["delta"].get("content") or "" for choice in deltas),
            "refusal": "".join(choice["delta"].get("refusal") or "" for choice in deltas),
            "calls": [calls[at] for at in sorted(calls)],
            "finish": deltas[-1]["finish_reason"],
        }
        choice = whole["choices"][0]
        message = choice["message"]
        assert streamed == {
            "content": message["content"] or "",
            "refusal": message["refusal"] or "",
            "calls": [{**call, "id": streamed["calls"][at]["id"]} for at, call in enumerate(message.get("tool_calls", ()))],
            "finish": choice["finish_reason"],
        }
        return message, choice["finish_reason"], whole["usage"]["completion_tokens"]

    return found


def test_a_scripted_call_of_a_custom_tool_is_one(said):
    message, finish, _ = said("sql", tools=[RUN_SQL])
    assert [(call["type"], call["custom"]) for call in message["tool_calls"]] == [
        ("custom", {"name": "run_sql", "input": "select 1"})
    ]
    assert finish == "tool_calls"


def test_only_what_was_declared_as_custom_is(said):
    message, _, _ = said("both", tools=[RUN_SQL, ADD])
    assert [call["type"] for call in message["tool_calls"]] == ["custom", "function"]


def test_the_limit_cuts_the_arguments_of_a_call_and_the_calls_behind_it(said):
    whole, _, all_tokens = said("long", tools=[ADD])
    limit = 7 + COUNT("add") + 5
    message, finish, tokens = said("long", tools=[ADD], max_tokens=limit)
    (call,) = message["tool_calls"]
    cut = call["function"]["arguments"]
    assert (finish, tokens, COUNT(cut)) == ("length", limit, 5)
    assert json.dumps(json.loads(whole["tool_calls"][0]["function"]["arguments"])).replace(": ", ":").startswith(cut)
    assert all_tokens > limit


def test_a_limit_that_all_calls_fit_into_cuts_nothing(said):
    whole, _, most = said("long", tools=[ADD])
    message, finish, tokens = said("long", tools=[ADD], max_tokens=most)
    called = [[call["function"] for call in found["tool_calls"]] for found in (whole, message)]
    assert (called[0], finish, tokens) == (called[1], "tool_calls", most)
    message, finish, tokens = said("long", tools=[ADD], max_tokens=most - 1)
    assert (len(message["tool_calls"]), finish, tokens) == (2, "length", most - 1)


def test_a_call_behind_a_text_that_takes_all_is_not_begun(said):
    message, finish, tokens = said("after", tools=[ADD], max_tokens=4)
    assert (message["content"], "tool_calls" in message, finish, tokens) == ("one two three four", False, "length", 4)


def test_the_limit_cuts_a_refusal(said):
    message, finish, tokens = said("no", max_tokens=3)
    assert (message["refusal"], finish, tokens) == ("I am sorry", "length", 3)
    assert said("no")[1] == "stop"


@pytest.mark.parametrize(("model", "keys"), [("gpt-3.5-turbo", 2), ("gpt-4", 3)])
def test_streams_of_the_oldest_family_say_nothing_of_a_refusal(engine, ask, chat, model, keys):
    first = ask(chat(model=model, stream=True), to=engine(reply="hi")).chunks[0]
    assert len(first["choices"][0]["delta"]) == keys
