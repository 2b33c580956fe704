"""One rule for all providers: what the conditions see of a Messages body, and what becomes of each reply."""

from __future__ import annotations

import json

import pytest

TOOL = {"name": "get_weather", "description": "weather", "input_schema": {"type": "object", "properties": {}}}
RULES = """
rules:
  - {name: system, when: {system: be brief}, reply: ok}
  - {name: result, when: {tool_result: {contains: sunny}}, reply: ok}
  - {name: tools, when: {tools: get_weather, turn: 1}, reply: ok}
  - {name: any, when: {messages: {contains: earlier}}, reply: ok}
  - {name: regex, when: {user: {regex: "name is (?P<name>\\\\w+)"}}, reply: {template: "Hello {{ match.name }}!"}}
  - {name: dialect, when: {dialect: openai}, reply: wrong}
  - {name: last, when: {user: HELLO}, reply: ok}
"""


def turns(*contents):
    return [{"role": ("user", "assistant")[i % 2], "content": content} for i, content in enumerate(contents)]


CALL = [{"type": "text", "text": "I look."}, {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {}}]
RESULT = [{"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": "sunny"}]}]


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"system": "Be brief"}, "system"),
        ({"system": [{"type": "text", "text": "Be "}, {"type": "text", "text": "brief"}]}, "system"),
        ({"messages": turns("weather?", CALL, RESULT)}, "result"),
        ({"messages": turns("weather?", CALL, [*RESULT, {"type": "text", "text": "hello"}])}, "last"),
        ({"tools": [TOOL]}, "tools"),
        ({"messages": turns("earlier", "yes", "x")}, "any"),
        ({"messages": turns([{"type": "text", "text": "my name is Ada"}])}, "regex"),
        ({}, "last"),
    ],
)
def test_conditions_see_what_they_name(engine, say, body, fields, rule):
    answer = say(body(**{"messages": turns("hello"), **fields}), to=engine(RULES))
    assert answer.headers["x-understudy-rule"] == rule


def test_both_dialects_get_the_same_reply(engine, say, ask, chat, body):
    both = engine('rules: [{when: {user: hi}, reply: {text: "Hello.", tool_calls: [{name: f, arguments: {a: 1}}]}}]')
    here, there = say(body("hi"), to=both).json, ask(chat("hi"), to=both).json["choices"][0]["message"]
    assert here["content"][0]["text"] == there["content"] == "Hello."
    assert here["content"][1]["input"] == json.loads(there["tool_calls"][0]["function"]["arguments"]) == {"a": 1}


@pytest.mark.parametrize(
    ("choice", "names"),
    [({"type": "none"}, []), ({"type": "any"}, ["get_weather"]), ({"type": "tool", "name": "get_time"}, ["get_time"])],
)
def test_a_model_that_behaves_minds_the_tool_choice(say, body, choice, names):
    tools = [TOOL, {**TOOL, "name": "get_time"}]
    answer = say(body("zzz", tools=tools, tool_choice=choice)).json
    assert [block["name"] for block in answer["content"] if block["type"] == "tool_use"] == names


@pytest.mark.parametrize(("once", "count"), [(False, 2), (True, 1)])
def test_tools_are_called_in_parallel_unless_that_is_disabled(say, body, once, count):
    tools = [TOOL, {**TOOL, "name": "get_time"}]
    choice = {"type": "auto", "disable_parallel_tool_use": once}
    content = say(body("weather and time?", tools=tools, tool_choice=choice)).json["content"]
    assert [block["type"] for block in content] == ["tool_use"] * count


def test_arguments_that_are_no_object_are_wrapped(engine, say, body):
    broken = engine('rules: [{reply: {tool_calls: [{name: f, arguments: "{oops"}]}}]')
    assert say(body(), to=broken).json["content"][0]["input"] == {"INVALID_JSON": "{oops"}


@pytest.mark.parametrize(("thinking", "kinds"), [(None, ["thinking", "text"]), ({"type": "disabled"}, ["text"])])
def test_thinking_is_shown_unless_it_is_disabled(engine, say, body, thinking, kinds):
    thoughtful = engine("rules: [{reply: {text: Yes., reasoning: Hm.}}]")
    answer = say(body(**({"thinking": thinking} if thinking else {})), to=thoughtful).json
    assert [block["type"] for block in answer["content"]] == kinds
    assert answer["usage"]["output_tokens_details"]["thinking_tokens"] > 0


def test_a_signature_belongs_to_its_thought(engine, say, body):
    thoughtful = engine("rules: [{when: {user: a}, reply: {reasoning: one, text: x}}, {reply: {reasoning: two, text: x}}]")
    one, again, two = (say(body(user), to=thoughtful).json["content"][0]["signature"] for user in ("a", "a", "b"))
    assert one == again != two


@pytest.mark.parametrize(
    ("finish", "reason"),
    [("stop", "end_turn"), ("length", "max_tokens"), ("tool_calls", "tool_use"), ("content_filter", "refusal")],
)
def test_a_finish_that_is_told_has_its_own_name(engine, say, body, finish, reason):
    answer = say(body(), to=engine(f"rules: [{{reply: {{text: x, finish: {finish}}}}}]")).json
    assert answer["stop_reason"] == reason
    assert (answer["stop_details"] is not None) == (reason == "refusal")


@pytest.mark.parametrize("limit", [0, 1, 2, 5, 12, 13, 14, 1000])
def test_no_answer_costs_more_than_its_limit(engine, say, body, limit):
    answer = say(body(max_tokens=limit), to=engine('rules: [{reply: "one two three four five six seven eight nine ten"}]')).json
    assert answer["usage"]["output_tokens"] <= limit
    assert (answer["stop_reason"] == "max_tokens") == (limit < 13)


def test_a_kept_answer_is_cut_for_who_asks_for_less(engine, say, body):
    fixed = engine('rules: [{reply: "one two three four five six seven eight nine ten"}]')
    for stream in (False, True):
        answers = [say(body(max_tokens=limit, stream=stream), to=fixed).body for limit in (1000, 5, 1000, 200, 5)]
        assert [b"nine" in answer for answer in answers] == [True, False, True, True, False]


def test_a_stream_says_what_the_whole_answer_says(engine, say, body, events):
    said = engine(
        'settings: {stream-tokens-min: 2, stream-tokens-max: 5}\nrules: [{reply: "One. Two, three! Four? Five; six."}]'
    )
    whole, stream = say(body(), to=said).json, events(say(body(stream=True), to=said))
    kinds = [event["type"] for event in stream]
    assert kinds[:3] == ["message_start", "content_block_start", "ping"]
    assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    texts = [event["delta"]["text"] for event in stream if event["type"] == "content_block_delta"]
    assert 2 < len(texts) < 8
    assert "".join(texts) == whole["content"][0]["text"]
    assert stream[-2]["usage"]["output_tokens"] == whole["usage"]["output_tokens"]


def test_a_prompt_beyond_the_window_is_refused(refusal, say, body):
    assert refusal(body("word " * 200_000)).startswith("prompt is too long: 218008 tokens > 200000 maximum")
    beta = {"anthropic-version": "2023-06-01", "anthropic-beta": "context-1m-2025-08-07"}
    assert say(body("word " * 200_000), headers=beta).status == 200


def test_identifiers_have_the_length_of_the_real_ones(say, body):
    answer = say(body("weather", tools=[TOOL])).json
    assert len(answer["id"]) == len("msg_") + 24
    assert len(answer["content"][0]["id"]) == len("toolu_") + 24
    assert answer["id"].startswith("msg_01")


ITEMS = """
rules:
  - reply:
      blocks:
        - {tool_call: {name: web_search, arguments: {query: sky}}}
        - item:
            type: web_search_tool_result
            content: [{type: web_search_result, url: "https://sky.example", title: Sky, encrypted_content: eA==}]
        - item: {type: redacted_thinking, data: eA==}
        - item: {type: file_search_call, id: fs_1}
        - item: {type: text, text: Blue., citations: [{type: char_location, cited_text: blue, document_index: 0}]}
"""


def test_blocks_of_the_providers_own_are_said_as_they_are_spelled(engine, say, body, events):
    search = [{"type": "web_search_20250305", "name": "web_search"}]
    server = engine(ITEMS)
    call, result, hidden, text = say(body(tools=search), to=server).json["content"]
    assert result["tool_use_id"] == call["id"]
    assert result["content"][0]["title"] == "Sky"
    assert hidden == {"type": "redacted_thinking", "data": "eA=="}
    assert (text["text"], text["citations"][0]["cited_text"]) == ("Blue.", "blue")
    stream = events(say(body(tools=search, stream=True), to=server))
    starts = [event["content_block"] for event in stream if event["type"] == "content_block_start"]
    assert [start["type"] for start in starts] == ["server_tool_use", "web_search_tool_result", "redacted_thinking", "text"]
    assert starts[3] == {"citations": [], "type": "text", "text": ""}
    assert "citations_delta" in [event["delta"]["type"] for event in stream if event["type"] == "content_block_delta"]


THINKS = {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 2000}


@pytest.mark.parametrize("stream", [False, True])
def test_who_is_told_to_think_does_so_before_calls_and_says_the_rest_as_told(engine, say, body, events, stream):
    call = "tool_calls: [{name: f, arguments: {}}]"
    to = engine(
        f"rules: [{{when: {{user: own}}, reply: {{reasoning: Mine., {call}}}}}, {{when: {{user: x}}, reply: {{{call}}}}},"
        "{reply: hi}]"
    )

    def thoughts(user: str) -> list[str]:
        answer = say(body(user, stream=stream, **THINKS), to=to)
        if not stream:
            return [block["thinking"] for block in answer.json["content"] if block["type"] == "thinking"]
        deltas = [event["delta"] for event in events(answer) if event["type"] == "content_block_delta"]
        return ["".join(delta.get("thinking", "") for delta in deltas)]

    assert thoughts("own") == ["Mine."]
    assert len(thoughts("x")) == 1
    assert thoughts("x")[0]
    assert not any(thoughts("say hi"))
    assert "thinking" not in say(body("x"), to=to).body.decode().partition('"usage"')[0]


def test_a_loop_of_tools_goes_on_while_the_model_thinks(say, body):
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    tool = {"name": "get_weather", "description": "Tell the weather in a city", "input_schema": schema}
    asked = body("What is the weather in Paris?", tools=[tool], **THINKS)
    turn = say(asked).json
    assert [block["type"] for block in turn["content"]] == ["thinking", "tool_use"]
    results = [{"type": "tool_result", "tool_use_id": turn["content"][1]["id"], "content": "sunny"}]
    asked["messages"] += [{"role": "assistant", "content": turn["content"]}, {"role": "user", "content": results}]
    answer = say(asked).json
    assert answer["stop_reason"] == "end_turn"
    assert "sunny" in answer["content"][0]["text"]


def test_what_was_to_be_cleared_is_told(say, body, events):
    head = {"anthropic-version": "2023-06-01", "anthropic-beta": "context-management-2025-06-27"}
    edits = {"context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]}}
    told = {"applied_edits": []}
    assert say(body(**edits), headers=head).json["context_management"] == told
    assert events(say(body(stream=True, **edits), headers=head))[-2]["context_management"] == told
    counted = body(**edits)
    del counted["max_tokens"]
    found = say(counted, "/v1/messages/count_tokens", headers=head).json
    assert found == {
        "input_tokens": found["input_tokens"],
        "context_management": {"original_input_tokens": found["input_tokens"]},
    }
    assert "context_management" not in say(body()).json


@pytest.mark.parametrize("last", ["server_tool_use", "web_search_tool_result"])
def test_a_turn_that_paused_is_gone_on_with(say, refusal, body, last):
    used = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
    found = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}
    content = [used] if last == "server_tool_use" else [used, found]
    asked = body("x", "claude-sonnet-5")
    asked["messages"].append({"role": "assistant", "content": content})
    assert say(asked).status == 200
    asked["messages"][-1]["content"] = [*content, {"type": "text", "text": "So"}]
    assert "prefill" in refusal(asked)
