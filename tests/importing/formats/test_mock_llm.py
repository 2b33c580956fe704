"""Configurations of dwmkerr's mock-llm, imported and asked."""

from __future__ import annotations

import pytest

from understudy.importing.answers import BOUND
from understudy.importing.formats import FormatError
from understudy.importing.formats.mock_llm import READER
from understudy.recorder.losses import told

ECHO = """
  - path: "/v1/chat/completions"
    match: "@"
    response:
      status: 200
      content: |
        {"id": "c-{{timestamp}}", "model": "{{jmes request body.model}}",
         "choices": [{"message": {"role": "assistant",
                                  "content": "You said: {{jmes request body.messages[-1].content}}"}, "finish_reason": "stop"}],
         "usage": {"prompt_tokens": 3, "completion_tokens": {{jmes request body.max_tokens}}}}
"""


@pytest.fixture
def rules(bring):
    return lambda text: bring("mock-llm.yaml", f"rules:{text}")


def said(text):
    return f'{{status: 200, content: \'{{"choices":[{{"message":{{"content":"{text}"}},"finish_reason":"stop"}}]}}\'}}'


def test_an_echo_becomes_a_template(rules):
    found = rules(ECHO)
    assert found.say('a "quoted" {{ word }}') == 'You said: a "quoted" {{ word }}'
    assert found.warned == []


def test_the_last_rule_that_fits_answers(rules):
    found = rules(
        ECHO
        + f"""
  - path: "/v1/chat/completions"
    match: "contains(body.messages[-1].content, 'hello')"
    response: {said("Hi there")}
"""
    )
    assert found.rules[0]["when"] == {"operation": "chat", "json": "contains(messages[-1].content, 'hello')"}
    assert [rule["name"] for rule in found.rules] == ["hello", "chat"]
    assert found.say("hello you") == "Hi there"
    assert found.say("Hello") == "You said: Hello"


def test_errors_keep_their_words_and_headers_are_looked_at(rules):
    found = rules(
        """
  - path: "/v1/chat/completions"
    match: "headers.authorization == 'Bearer bad' && contains(body.model, 'gpt')"
    response:
      status: 401
      content: '{"error": {"message": "Wrong.", "type": "invalid_request_error", "param": null, "code": "invalid_api_key"}}'
  - path: "/v1/chat/completions"
    match: "!headers.\\"x-team\\" && starts_with(body.messages[0].content, 'team')"
    response: {status: 400, content: '{"error": {"message": "No team."}}'}
"""
    )
    refused = found.ask(headers={"authorization": "Bearer bad"})
    assert (refused.status, refused.json["error"]["message"], refused.json["error"]["code"]) == (
        401,
        "Wrong.",
        "invalid_api_key",
    )
    assert found.ask("team?").json["error"]["message"] == "No team."
    assert found.say("team?", headers={"x-team": "red"}) == 404


def test_filters_keep_their_scope(rules):
    found = rules(
        f"""
  - path: "/v1/chat/completions"
    match: "body.messages[?role=='system' && contains(content, 'body')] | [0]"
    response: {said("systematic")}
"""
    )
    assert found.say([{"role": "system", "content": "body"}, {"role": "user", "content": "x"}]) == "systematic"
    assert found.say("body") == 404


def test_a_sequence_gives_way_to_what_fits_then(rules):
    found = rules(
        ECHO
        + """
  - path: "/v1/chat/completions"
    sequence: 0
    response:
      status: 200
      content: '{"choices":[{"message":{"tool_calls":[{"id":"c1","function":{"name":"look","arguments":"{\\"a\\": 1}"}}]}}]}'
"""
        + f"""
  - path: "/v1/chat/completions"
    sequence: 1
    response: {said("Found it")}
"""
    )
    first = found.ask(
        "go", tools=[{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}]
    ).json
    (call,) = first["choices"][0]["message"]["tool_calls"]
    assert call["function"]["name"] == "look"
    assert [found.say("go") for _ in range(2)] == ["Found it", "You said: go"]


def test_what_answers_some_calls_behind_a_sequence_is_named(rules):
    found = rules(
        ECHO
        + f"""
  - path: "/v1/chat/completions"
    match: "contains(body.messages[-1].content, 'hello')"
    response: {said("Hi there!")}
  - path: "/v1/chat/completions"
    match: "body.tools"
    sequence: 0
    response: {said("first")}
"""
    )
    (told,) = found.warned
    assert told.startswith("mock-llm.yaml:15: once this sequence is used up, line 12 answered the calls that fit them, too;")
    assert told.endswith("here all get what line 2 says.")


def test_sequences_of_one_path_have_one_count(rules):
    found = rules(
        f"""
  - {{path: "/v1/chat/completions", match: body.a, sequence: 0, response: {said("a")}}}
  - {{path: "/v1/chat/completions", match: body.b, sequence: 1, response: {said("b")}}}
  - {{path: "/v1/completions", match: body.b, sequence: 0, response: {said("c")}}}
"""
    )
    together = [line for line in found.warned if "counted together" in line]
    assert [line.split(":")[1] for line in together] == ["2", "3"]


def test_matches_that_give_a_list_are_named(rules):
    found = rules(
        f"""
  - {{path: "/v1/chat/completions", match: "body.messages[?content=='a']", response: {said("list")}}}
  - {{path: "/v1/chat/completions", match: "body.model && body.messages[?content=='b'].role", response: {said("roles")}}}
  - {{path: "/v1/chat/completions", match: "body.messages[?content=='c'] | [0]", response: {said("first")}}}
  - {{path: "/v1/chat/completions", match: "length(body.messages[?content=='d']) > `0`", response: {said("count")}}}
  - {{path: "/v1/chat/completions", match: "body.messages[-1].content == 'e'", response: {said("last")}}}
"""
    )
    assert [found.say(text) for text in "abcde"] == ["list", "roles", "first", "count", "last"]
    assert [line.split(":")[1] for line in found.warned if "gives a list" in line] == ["2", "3"]


def test_models_are_listed_and_streams_are_paced(bring):
    found = bring(
        "mock-llm.yaml",
        "streaming: {chunkSize: 16, chunkIntervalMs: 20}\nrules:\n"
        + ECHO
        + """
  - path: "/v1/models"
    response: {status: 200, content: '{"data": [{"id": "one"}, {"id": "two"}]}'}
""",
    )
    assert found.script["models"] == ["one", "two"]
    assert found.script["timing"] == {"ttft": "20ms", "itl": "5ms", "chunk-tokens": 4, "whole": False}
    streamed = found.ask("a b c d e f g", stream=True)
    assert streamed.text() == "You said: a b c d e f g"
    assert {round(step, 6) for step in streamed.steps if isinstance(step, float)} <= {0.035, 0.02, 0.01, 0.005}


def test_paths_of_several_protocols_are_told_apart(rules):
    found = rules(
        f"""
  - path: "/v1/chat/completions"
    response: {said("chat")}
  - path: "/v1/messages"
    response: {{status: 200, content: '{{"type": "message", "role": "assistant",
      "content": [{{"type": "text", "text": "messages"}}], "stop_reason": "end_turn"}}'}}
"""
    )
    body = {"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "x"}]}
    assert (
        found.send(body, "/v1/messages", headers={"anthropic-version": "2023-06-01"}).json["content"][0]["text"] == "messages"
    )
    assert found.say("x") == "chat"


def test_what_has_no_counterpart_is_named_with_its_line(rules):
    found = rules(
        f"""
  - path: "/a2a/agents"
    response: {said("x")}
  - path: "/v1/chat/completions"
    match: "query.debug == 'yes'"
    response: {said("x")}
  - path: "/v1/chat/completions"
    response: {said("{{jmes request query.q}}")}
  - path: "/v1/chat/completions"
    response: {{status: 200, content: 'no json'}}
  - path: "("
    response: {said("x")}
"""
    )
    assert [line.split(": ", 1)[0] for line in found.warned] == [f"mock-llm.yaml:{n}" for n in (2, 5, 8, 10, 11)]
    assert "query.debug" in found.warned[1]
    assert found.say("x") == "{{jmes request query.q}}"
    assert len(found.rules) == 1


def test_other_files_are_refused(source):
    with pytest.raises(FormatError, match="expected a mapping with a list 'rules'"):
        READER.read(source("x.yaml", "a: 1"), None)
    with pytest.raises(FormatError, match=r"x2.yaml:\d+"):
        READER.read(source("x2.yaml", "a: [\n"), None)


def test_members_that_no_reply_can_say_are_named(rules):
    found = rules("""
  - path: "/v1/chat/completions"
    response:
      status: 200
      content: '{"model": "{{jmes request body.model}}-x", "provider": "p", "choices": [{"message": {"content": "hi"}}]}'
""")
    assert [warning.split(": ", 1)[1] for warning in found.warned] == [told("model"), told("provider")]


def test_a_document_that_no_reply_can_say_does_not_answer_streams(rules):
    found = rules("""
  - path: "/v1/chat/completions"
    response:
      status: 200
      content: '{"choices": [{"message": {"content": "hi", "annotations": [{"type": "url_citation"}]}}]}'
""")
    assert found.say() == "hi"
    assert found.ask(stream=True).status == 404
    assert [warning.split(": ", 1)[1] for warning in found.warned] == [BOUND]


def test_places_of_a_sequence_that_another_match_fills_are_closed_up(rules):
    def rule(user, number):
        match = f"contains(body.messages[-1].content, '{user}')"
        return f"""
  - path: "/v1/chat/completions"
    match: "{match}"
    sequence: {number}
    response: {said(f"{user} {number}")}
"""

    found = rules("".join(rule(*place) for place in (("one", 0), ("two", 1), ("one", 2))))
    assert [found.say("one"), found.say("two"), found.say("one")] == ["one 0", "two 1", "one 2"]
    assert sum("counted together" in warning for warning in found.warned) == 3
    assert not any("never answers" in warning for warning in found.warned)
