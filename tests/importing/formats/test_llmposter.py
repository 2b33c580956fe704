"""Fixtures of llmposter, imported and asked."""

from __future__ import annotations

import pytest

from understudy.importing.formats import FormatError
from understudy.importing.formats.llmposter import READER

ANTHROPIC = {"anthropic-version": "2023-06-01"}


@pytest.fixture
def fixtures(bring):
    return lambda text: bring("fixtures.yaml", f"fixtures:\n{text}")


def test_texts_expressions_and_what_matches_everything(fixtures):
    found = fixtures("""
  - match: {user_message: "stock price"}
    response: {content: "42"}
  - match: {user_message: {regex: "weather in \\\\w+"}, model: gpt-4o}
    response: {content: "Sunny"}
  - response: {content: "Default"}
""")
    assert found.say("the stock price?") == "42"
    assert found.say("weather in Oslo", model="gpt-4o-mini") == "Sunny"
    assert found.say("weather in Oslo", model="other") == "Default"


def test_priority_and_fallbacks_decide_the_order(fixtures):
    found = fixtures("""
  - catch_all: true
    response: {content: "fallback"}
  - match: {user_message: weather}
    response: {content: "low"}
  - match: {user_message: weather, headers: {X-Tenant: acme}}
    priority: 10
    response: {content: "high"}
""")
    assert [found.say("weather"), found.say("weather", headers={"x-tenant": "acme"}), found.say("x")] == [
        "low",
        "high",
        "fallback",
    ]


def test_hostile_texts_are_read_in_one_go(bring):
    """Expressions over them are linear, or the texts are too long to be asked for: quadratic ones would take minutes here."""
    template, query = "{{" * 200_000, "$[? " + " " * 200_000
    found = bring(
        "f.yaml",
        "fixtures:\n"
        f"  - {{match: {{user_message: a}}, response: {{content_template: '{template}'}}}}\n"
        f"  - {{match: {{body_jsonpath: '{query}'}}, response: {{content: x}}}}\n",
    )
    assert [line.split(":")[1] for line in found.warned] == ["2", "3"]


def test_parts_of_the_body(fixtures):
    found = fixtures("""
  - match: {temperature: {min: 0.5, max: 1.0}}
    response: {content: "warm"}
  - match: {metadata: {tier: {regex: "^(gold|silver)$"}, level: "2"}}
    response: {content: "rich"}
  - match: {tool_schema: get_}
    response: {content: "tools"}
  - match: {system_prompt: "You are a pirate"}
    response: {content: "Arr"}
  - match: {body_jsonpath: "$.messages[?(@.role == 'assistant' && @.content == 'no')]"}
    response: {content: "path"}
""")
    assert found.say(temperature=0.7) == "warm"
    assert found.say(metadata={"tier": "gold", "level": "12"}, store=True) == "rich"
    assert found.say(metadata={"tier": "golden", "level": "2"}, store=True) == 404
    assert (
        found.say(
            tools=[{"type": "function", "function": {"name": "get_x", "parameters": {"type": "object", "properties": {}}}}]
        )
        == "tools"
    )
    assert found.say([{"role": "system", "content": "You are a pirate."}, {"role": "user", "content": "x"}]) == "Arr"
    talk = [{"role": "user", "content": "x"}, {"role": "assistant", "content": "no"}, {"role": "user", "content": "x"}]
    assert found.say(talk) == "path"
    assert found.say() == 404


def test_a_scenario_is_a_sequence(fixtures):
    found = fixtures("""
  - match: {user_message: flaky}
    scenario: {name: r, required_state: "", set_state: failed}
    error: {status: 429, message: Wait, headers: {retry-after: "7", x-a: b}}
  - match: {user_message: flaky}
    scenario: {name: r, required_state: failed, set_state: ok}
    response: {content: fine}
  - catch_all: true
    response: {content: "Pardon?"}
""")
    refused = found.ask("flaky")
    assert (refused.status, refused.json["error"]["message"]) == (429, "Wait")
    assert (refused.headers["retry-after"], refused.headers["x-a"]) == ("7", "b")
    assert [found.say("flaky"), found.say("flaky")] == ["fine", "Pardon?"]
    assert found.warned == []


def test_states_that_no_sequence_says_are_named(fixtures):
    found = fixtures("""
  - match: {user_message: start}
    scenario: {name: c, set_state: begun}
    response: {content: hello}
  - match: {user_message: code}
    scenario: {name: c, required_state: begun}
    response: {content: "which?"}
""")
    assert [found.say("start"), found.say("code")] == ["hello", "which?"]
    assert [line.split(":")[1] for line in found.warned] == ["7"]


def test_calls_reasons_and_providers(fixtures):
    found = fixtures("""
  - match: {user_message: call}
    response: {tool_calls: [{name: get_weather, arguments: {city: Oslo}}]}
  - match: {user_message: long}
    provider: anthropic
    response: {content: cut, stop_reason: max_tokens}
  - match: {user_message: hack}
    refusal: {reason: "I cannot."}
""")
    assert found.ask("call").json["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] == '{"city":"Oslo"}'
    assert found.say("long") == 404
    body = {"model": "c", "max_tokens": 9, "messages": [{"role": "user", "content": "long"}]}
    assert found.send(body, "/v1/messages", headers=ANTHROPIC).json["stop_reason"] == "max_tokens"
    assert found.ask("hack").json["choices"][0]["message"]["refusal"] == "I cannot."


def test_templates_name_things_our_way(fixtures):
    found = fixtures("""
  - match: {user_message: echo}
    response: {content_template: "{{ model }}: {{ user_message | upper }} {{ request.messages[-1].content }}"}
  - match: {user_message: odd}
    response: {content_template: "{{ request.seed }}"}
""")
    assert found.say("echo me", model="m") == "m: ECHO ME echo me"
    (warned,) = found.warned
    assert warned.startswith("fixtures.yaml:5: left out: template: unknown name 'request': expected one of match, messages, ")


def test_streams_fail_as_they_are_told(fixtures):
    found = fixtures("""
  - match: {user_message: paced}
    response: {content: "abcdefghij"}
    streaming: {latency: 10, chunk_size: 5}
    failure: {latency_ms: 300}
  - match: {user_message: truncated}
    response: {content: "a b c d e f g"}
    streaming: {chunk_size: 2}
    failure: {truncate_after_frames: 3}
  - match: {user_message: corrupt}
    response: {content: x}
    failure: {corrupt_body: true}
  - match: {user_message: dropped}
    response: {content: "a b c d e"}
    streaming: {latency: 20, chunk_size: 2}
    failure: {disconnect_after_ms: 30, latency_jitter_ms: 5, duplicate_frames: true, probability: 0.5}
""")
    waits = [round(step, 4) for step in found.ask("paced", stream=True).steps if isinstance(step, float)]
    assert waits == [0.3, 0.01, 0.01]
    assert [step for step in found.ask("paced").steps if isinstance(step, float)] == [0.3]
    assert b'finish_reason":"stop' not in found.ask("truncated", stream=True).data
    assert found.ask("corrupt").body == b"overloaded"
    dropped = found.rules[3]["reply"]
    assert [fault["kind"] for fault in dropped["fault"]] == ["close", "duplicate-event"]
    assert dropped["timing"]["itl"] == {"uniform": {"min": "15ms", "max": "25ms"}}
    assert [line.split(":")[1] for line in found.warned] == ["17"]


def test_vectors(fixtures):
    found = fixtures("""
  - response: {embedding: [0.5, 1]}
""")
    answer = found.send({"model": "text-embedding-3-small", "input": "x"}, "/v1/embeddings").json
    assert answer["data"][0]["embedding"] == [0.5, 1]


def test_what_has_no_counterpart_is_named_with_its_line(fixtures):
    found = fixtures("""
  - match: {body_jsonpath: "$..content"}
    response: {content: x}
  - match: {user_message: "hello"}
    provider: nobody
    response: {content: x}
  - match: {mood: good}
    response: {content: x}
  - match: {user_message: "look(?=ahead)"}
  - match: {user_message: {regex: "look(?=ahead)"}}
    response: {content: x, audio: y}
""")
    assert found.rules == []
    assert [line.split(":")[1] for line in found.warned] == ["3", "6", "8", "10", "11", "12"]
    assert any("look-ahead" in line for line in found.warned)


def test_other_files_are_refused(source):
    with pytest.raises(FormatError, match="expected a mapping with a list 'fixtures'"):
        READER.read(source("x.yaml", "- a"), None)


def test_an_end_by_a_stop_sequence_is_named(fixtures):
    found = fixtures("""
  - match: {user_message: "count"}
    response: {content: "1 2", stop_reason: stop_sequence}
""")
    assert found.say("count") == "1 2"
    assert [warning.split(": ", 1)[1] for warning in found.warned] == [
        "here an answer ends by a stop sequence of the request that stands in its text. This one ends as usual."
    ]
