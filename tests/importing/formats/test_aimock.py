"""Fixtures of aimock, imported and asked."""

from __future__ import annotations

import base64
import json

import pytest

from understudy.importing.formats import FormatError
from understudy.importing.formats.aimock import READER
from understudy.model.plan import Ending

TOOLS = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}]


def call(identifier):
    return {"id": identifier, "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}


@pytest.fixture
def fixtures(bring):
    return lambda *listed: bring("fixtures.json", json.dumps({"fixtures": listed}, indent=1))


def test_a_text_answers_what_holds_its_words(fixtures):
    found = fixtures({"match": {"userMessage": "weather"}, "response": {"content": "Sunny."}})
    assert found.rules == [{"name": "weather", "when": {"user": {"contains": "weather"}}, "reply": "Sunny."}]
    assert found.say("how is the weather?") == "Sunny."
    assert found.say("how are you?") == 404
    assert found.warned == []


def test_rounds_of_a_tool_loop_are_told_apart(fixtures):
    found = fixtures(
        {
            "match": {"userMessage": "weather", "toolName": "get_weather", "hasToolResult": False},
            "response": {"toolCalls": [{"name": "get_weather", "arguments": {"city": "Oslo"}, "id": "c1"}]},
        },
        {"match": {"toolCallId": "c1", "toolResultContains": "snow"}, "response": {"content": "Take a coat."}},
        {"match": {"userMessage": "weather", "hasToolResult": True}, "response": {"content": "It is fine."}},
    )
    first = found.ask("weather?", tools=TOOLS).json["choices"][0]
    assert first["finish_reason"] == "tool_calls"
    assert first["message"]["tool_calls"][0]["function"] == {"name": "get_weather", "arguments": '{"city":"Oslo"}'}
    assert found.say("weather?") == 404

    def after(identifier, result):
        said = {"role": "assistant", "content": None, "tool_calls": [call(identifier)]}
        return [{"role": "user", "content": "weather?"}, said, {"role": "tool", "tool_call_id": identifier, "content": result}]

    assert found.say(after("c1", "snow")) == "Take a coat."
    assert found.say(after("c2", "snow")) == "It is fine."
    anthropic = {
        "model": "claude-sonnet-4-5",
        "max_tokens": 9,
        "tools": [{"name": "get_weather", "input_schema": {"type": "object"}}],
        "messages": [
            {"role": "user", "content": "weather?"},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "c1", "name": "get_weather", "input": {}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "snow"}]},
        ],
    }
    answer = found.send(anthropic, "/v1/messages", headers={"anthropic-version": "2023-06-01"})
    assert answer.json["content"][0]["text"] == "Take a coat."


def test_a_sequence_goes_on_with_the_next_fixture_that_fits(fixtures):
    found = fixtures(
        {"match": {"userMessage": "again"}, "response": {"content": "always"}},
        {
            "match": {"userMessage": "retry", "sequenceIndex": 0},
            "response": {"error": {"message": "slow", "type": "t", "code": "c"}, "status": 429, "retryAfter": 3},
        },
        {"match": {"userMessage": "retry", "sequenceIndex": 1}, "response": {"content": "there"}},
        {"match": {}, "response": {"content": "Hm?"}},
    )
    refused = found.ask("retry")
    assert (refused.status, refused.headers["retry-after"]) == (429, "3")
    assert refused.json["error"] == {"message": "slow", "type": "t", "param": None, "code": "c"}
    assert [found.say("retry") for _ in range(3)] == ["there", "Hm?", "Hm?"]
    assert found.say("what else") == "Hm?"


def test_a_sequence_that_nothing_follows_fails(fixtures):
    found = fixtures({"match": {"userMessage": "once", "sequenceIndex": 0}, "response": {"content": "one"}})
    assert found.say("once") == "one"
    assert found.say("once") >= 400


def test_a_place_that_follows_no_other_never_answers(fixtures):
    found = fixtures(
        {"match": {"userMessage": "lonely", "sequenceIndex": 1}, "response": {"content": "never"}},
        {"match": {"userMessage": "hello"}, "response": {"content": "yo"}},
    )
    assert [found.say(user) for user in ("lonely", "lonely", "hello")] == [404, 404, "yo"]
    assert [warning.split(": ", 1)[1] for warning in found.warned] == [
        "place 1 of a sequence never answers: none that answers stands before it. It is left out."
    ]


def test_turns_count_what_the_assistant_said(fixtures):
    found = fixtures(
        {"match": {"userMessage": "next", "turnIndex": 0}, "response": {"content": "zero"}},
        {"match": {"userMessage": "next", "turnIndex": 2}, "response": {"content": "two"}},
    )
    said = [{"role": "assistant", "content": "a"}, {"role": "user", "content": "next"}]
    ask = [{"role": "user", "content": "next"}]
    assert [found.say(ask), found.say(ask + said), found.say(ask + said * 2), found.say(ask + said * 3)] == [
        "zero",
        "zero",
        "two",
        "two",
    ]


def test_a_model_stands_for_its_dated_versions_and_no_other(fixtures):
    found = fixtures({"match": {"model": "gpt-4o"}, "response": {"content": "four"}})
    assert [found.say(model=m) for m in ("gpt-4o", "gpt-4o-2024-08-06", "gpt-4o-mini")] == ["four", "four", 404]


def test_words_of_a_system_message_and_of_a_header(fixtures):
    found = fixtures(
        {"match": {"systemMessage": ["pirate", "ship"]}, "response": {"content": "Arr."}},
        {"match": {"context": "demo"}, "response": {"content": "Demo."}},
        {"match": {"responseFormat": "json_object"}, "response": {"content": {"a": [1]}}},
    )
    talk = [{"role": "system", "content": "a pirate on a ship"}, {"role": "user", "content": "hi"}]
    assert found.say(talk) == "Arr."
    assert found.say(headers={"x-aimock-context": "demo"}) == "Demo."
    assert found.say("json please", response_format={"type": "json_object"}) == '{"a":[1]}'


def test_what_goes_with_an_answer(fixtures):
    found = fixtures(
        {
            "match": {"userMessage": "think"},
            "response": {
                "content": "Yes",
                "reasoning": "Hmm",
                "finishReason": "length",
                "usage": {"input_tokens": 5, "output_tokens": 7, "prompt_tokens_details": {"cached_tokens": 2}},
            },
        },
        {
            "match": {"userMessage": "blocks"},
            "response": {"blocks": [{"type": "toolCall", "name": "t", "arguments": {}}, {"type": "text", "text": "then"}]},
        },
    )
    answer = found.ask("think").json
    assert answer["choices"][0]["finish_reason"] == "length"
    assert (answer["usage"]["prompt_tokens"], answer["usage"]["completion_tokens"]) == (5, 7)
    assert answer["usage"]["prompt_tokens_details"]["cached_tokens"] == 2
    assert found.rules[0]["reply"]["reasoning"] == "Hmm"
    assert [list(block) for block in found.rules[1]["reply"]["blocks"]] == [["tool_call"], ["text"]]


def test_a_stream_is_cut_and_timed_and_breaks_off(fixtures):
    found = fixtures(
        {"match": {"userMessage": "story"}, "response": {"content": "abcdefghij" * 3}, "chunkSize": 10, "latency": 40},
        {"match": {"userMessage": "broken"}, "response": {"content": "a b c d e"}, "chunkSize": 1, "truncateAfterChunks": 3},
        {"match": {"userMessage": "profile"}, "response": {"content": "x y"}, "streamingProfile": {"ttft": 200, "tps": 50}},
        {
            "match": {"userMessage": "recorded"},
            "response": {"content": "x" * 40},
            "recordedTimings": {"ttftMs": 100, "interChunkDelaysMs": [60], "totalDurationMs": 160},
            "replaySpeed": 2,
        },
    )
    answer = found.ask("story", stream=True)
    texts = [c["choices"][0]["delta"].get("content") for c in answer.chunks if c["choices"][0]["delta"].get("content")]
    assert texts == ["abcdefghij"] * 3
    waits = [round(step, 4) for step in answer.steps if isinstance(step, float)]
    assert waits == [0.04, 0.04, 0.04]
    assert not any(isinstance(step, float) for step in found.ask("story").steps)
    *sent, end = found.steps("broken", stream=True)
    assert (b"".join(step for step in sent if isinstance(step, bytes)).count(b"data: "), end) == (3, Ending.CLOSE)
    assert found.rules[2]["reply"]["timing"] == {"ttft": "200ms", "itl": "20ms"}
    assert sum(step for step in found.ask("recorded", stream=True).steps if isinstance(step, float)) == pytest.approx(0.08)


def test_pictures_sound_and_vectors(fixtures):
    found = fixtures(
        {"match": {"userMessage": "a cat"}, "response": {"image": {"url": "https://example.com/c.png"}}},
        {"match": {"userMessage": "two cats"}, "response": {"images": [{"url": "u1"}, {"b64Json": "eA=="}]}},
        {"match": {"userMessage": "speak"}, "response": {"audio": base64.b64encode(b"ID3").decode(), "format": "mp3"}},
        {"match": {"endpoint": "transcription"}, "response": {"transcription": {"text": "heard", "language": "en"}}},
        {"match": {"inputText": "vector"}, "response": {"embedding": [0.5, 0.25]}},
    )
    for model in ("dall-e-3", "gpt-image-1"):
        drawn = found.send({"prompt": "a cat", "model": model}, "/v1/images/generations").json
        assert drawn["data"] == [{"url": "https://example.com/c.png"}]
    two = found.send({"prompt": "two cats", "model": "dall-e-2", "n": 2}, "/v1/images/generations").json
    assert two["data"] == [{"url": "u1"}, {"b64_json": "eA=="}]
    spoken = found.send({"input": "speak up", "model": "tts-1", "voice": "alloy"}, "/v1/audio/speech")
    assert (spoken.body, spoken.headers["content-type"]) == (b"ID3", "audio/mpeg")
    assert "no fixture" in [rule["name"] for rule in found.rules]
    vector = found.send({"input": "a vector", "model": "text-embedding-3-small"}, "/v1/embeddings").json
    assert vector["data"][0]["embedding"] == [0.5, 0.25]
    assert [w for w in found.warned if "'language'" in w]


EMBEDDINGS = ({"model": "text-embedding-3-small", "dimensions": 8}, "/v1/embeddings")


def test_inputs_of_an_embedding_are_looked_at_together(fixtures):
    found = fixtures(
        {"match": {"inputText": "a cat"}, "response": {"embedding": [0.5, 0.25]}},
        {"match": {"inputText": "dog a"}, "response": {"error": {"message": "No"}, "status": 418}},
        {"match": {"userMessage": "hello"}, "response": {"content": "Hi."}},
    )
    body, path = EMBEDDINGS
    both = found.send({**body, "input": ["a mouse", "a cat"]}, path).json["data"]
    assert [item["embedding"] for item in both] == [[0.5, 0.25]] * 2
    assert found.send({**body, "input": ["a dog", "a mouse"]}, path).status == 418
    assert found.send({"model": "embed-v4.0", "texts": ["a cat"], "input_type": "search_query"}, "/v2/embed").json["embeddings"]
    assert found.warned == []


def test_an_input_that_no_fixture_fits_has_a_vector_all_the_same(fixtures):
    found = fixtures(
        {"match": {"inputText": "a cat"}, "response": {"embedding": [0.5, 0.25]}},
        {"match": {"userMessage": "hello"}, "response": {"content": "Hi."}},
    )
    body, path = EMBEDDINGS
    assert len(found.send({**body, "input": "zebra"}, path).json["data"][0]["embedding"]) == 8
    assert found.say("hello") == "Hi."
    refused = found.ask("bye")
    assert (refused.status, refused.json["error"]["code"]) == (404, "no_fixture_match")
    assert "settings" not in found.script


def test_strict_fixtures_refuse_all_that_they_do_not_fit(bring, put):
    put("talk/a.json", '{"fixtures": [{"match": {"inputText": "a cat"}, "response": {"embedding": [0.5, 0.25]}}]}')
    found = bring("aimock.json", json.dumps({"strict": True, "llm": {"fixtures": "talk"}}))
    body, path = EMBEDDINGS
    assert found.send({**body, "input": "a cat"}, path).status == 200
    assert found.send({**body, "input": "zebra"}, path).status == 503
    assert found.say("hello") == 503


def test_a_configuration_brings_its_fixtures(bring, put):
    put("talk/a.json", '{"fixtures": [{"match": {"userMessage": "hello"}, "response": {"content": "hi"}}]}')
    config = {
        "port": 4010,
        "llm": {"fixtures": "talk", "latency": 8, "chaos": {"dropRate": 1}},
        "mcp": {"tools": []},
    }
    found = bring("aimock.json", json.dumps(config, indent=1))
    assert found.script["settings"] == {"port": 4010, "reply": "error"}
    assert found.script["timing"] == {"ttft": "8ms", "itl": "1.6ms", "chunk-tokens": 5, "whole": False}
    assert found.ask("hello").status == 500
    assert found.warned == ["aimock.json:10: 'mcp' is no LLM API. It is left out."]


def test_fixtures_may_be_named_from_where_aimock_is_started(bring, put, tmp_path, monkeypatch):
    put("talk/a.json", '{"fixtures": [{"match": {"userMessage": "hello"}, "response": {"content": "hi"}}]}')
    monkeypatch.chdir(tmp_path / "foreign")
    found = bring("conf/aimock.json", json.dumps({"llm": {"fixtures": "talk/a.json"}}))
    assert (found.say("hello"), found.warned) == ("hi", [])


def test_sequences_and_turns_go_through_all_files(bring):
    def one(match, said):
        return json.dumps({"fixtures": [{"match": match, "response": {"content": said}}]})

    found = bring(
        {
            "1.json": one({"userMessage": "joke", "sequenceIndex": 1}, "second"),
            "2.json": one({"userMessage": "joke", "sequenceIndex": 0}, "first"),
            "3.json": one({"userMessage": "joke"}, "no more"),
            "4.json": one({"userMessage": "talk", "turnIndex": 0}, "start"),
            "5.json": one({"userMessage": "talk", "turnIndex": 1}, "later"),
        }
    )
    assert found.warned == []
    assert [found.say("joke") for _ in range(3)] == ["first", "second", "no more"]
    assert found.say("talk") == "start"
    assert (
        found.say(
            [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "talk"}]
        )
        == "later"
    )


def test_counts_and_members_of_errors_without_counterpart_are_named(fixtures):
    usage = {
        "prompt_tokens": 3,
        "total_tokens": 9,
        "cost": 0.1,
        "completion_tokens_details": {"audio_tokens": 1, "reasoning_tokens": 2},
    }
    found = fixtures(
        {"match": {"userMessage": "money"}, "response": {"content": "x", "usage": usage}},
        {"match": {"userMessage": "no"}, "response": {"error": {"message": "No", "metadata": {}}, "fallthrough": False}},
    )
    assert [line.split(": ", 1)[1] for line in found.warned] == [
        "'completion_tokens_details.audio_tokens' of a usage has no counterpart here. It is left out.",
        "'cost' of a usage has no counterpart here. It is left out.",
        "'metadata' of an error has no counterpart here. It is left out.",
        "'fallthrough' of an answer has no counterpart here. It is left out.",
    ]
    assert found.rules[0]["reply"]["usage"] == {"prompt_tokens": 3, "reasoning_tokens": 2}


def test_what_has_no_counterpart_is_named_with_its_line(fixtures):
    found = fixtures(
        {"match": {"userMessage": "a film", "endpoint": "video"}, "response": {"video": {"id": "v"}}},
        {"match": {"userMessage": "film"}, "response": {"video": {"id": "v"}}},
        {"match": {"userMessage": "search", "mood": "good"}, "response": {"content": "x"}},
        {"match": {"userMessage": "web"}, "response": {"content": "x", "webSearches": ["q"]}, "later": 1},
    )
    assert [rule["name"] for rule in found.rules] == ["web"]
    assert [line.split(": ", 1) for line in found.warned] == [
        ["fixtures.json:6", "endpoint 'video' is not served here. The fixture is left out."],
        ["fixtures.json:18", "an answer with video has no counterpart here. The fixture is left out."],
        ["fixtures.json:27", "condition 'mood' has no counterpart here. The fixture is left out."],
        ["fixtures.json:39", "'webSearches' of an answer has no counterpart here. It is left out."],
        ["fixtures.json:43", "'later' has no counterpart here. It is left out."],
    ]
    comments = found.text.replace("\n#  ", "")  # where lines are broken depends on how long the path is
    assert all(line in comments for line in ("'webSearches' of an answer", "condition 'mood'"))


def test_chaos_is_a_share_of_the_answers(fixtures):
    chaos = {"dropRate": 0.25, "malformedRate": 0.5, "rateLimitRate": 0.2, "disconnectRate": 0.1}
    found = fixtures({"match": {"userMessage": "hello"}, "response": {"content": "x"}, "chaos": chaos})
    faults = found.rules[0]["reply"]["fault"]
    assert [(fault["kind"], fault["probability"]) for fault in faults] == [
        ("status", 0.25),
        ("truncated-json", 0.5),
        ("status", 0.2),
        ("close", 0.1),
    ]


@pytest.mark.parametrize("rate", [0.999999, 1])
def test_malformed_answers_are_no_json_whole_or_streamed(fixtures, rate):
    found = fixtures({"match": {"userMessage": "hello"}, "response": {"content": "x"}, "chaos": {"malformedRate": rate}})
    with pytest.raises(json.JSONDecodeError):
        json.loads(found.ask("hello").body)
    streamed = found.ask("hello", stream=True)
    assert streamed.headers["content-type"].startswith("application/json" if rate == 1 else "text/event-stream")
    with pytest.raises(json.JSONDecodeError):
        json.loads(streamed.body if rate == 1 else streamed.events[-1])


def test_chaos_may_limit_and_delay(fixtures):
    found = fixtures(
        {"match": {"userMessage": "limit"}, "response": {"content": "x"}, "chaos": {"rateLimitRate": 1}},
        {"match": {"userMessage": "late"}, "response": {"content": "x"}, "chaos": {"latencyMs": 30, "latancyMs": 5}},
    )
    refused = found.ask("limit")
    assert (refused.status, refused.headers["retry-after"], refused.json["error"]["code"]) == (429, "1", "chaos_ratelimit")
    assert [step for step in found.ask("late").steps if isinstance(step, float)] == [0.03]
    assert [line.split(": ", 1)[1] for line in found.warned] == [
        "'latancyMs' of chaos has no counterpart here. It is left out. Did you mean 'latencyMs'?"
    ]


def test_slips_are_told_by_what_was_meant(fixtures):
    found = fixtures(
        {"match": {"userMesage": "a"}, "response": {"content": "x"}},
        {"match": {"endpoint": "chatt"}, "response": {"content": "x"}},
        {"match": {"userMessage": "b"}, "response": {"contnt": "x"}},
        {"match": {"userMessage": "c"}, "response": {"content": "x", "finishreason": "stop"}, "chunksize": 3},
    )
    meant = sorted(line.rpartition("Did you mean ")[2] for line in found.warned)
    assert meant == ["'chat'?", "'chunkSize'?", "'content'?", "'finishReason'?", "'userMessage'?"]


def test_what_answers_some_calls_behind_a_sequence_is_named(fixtures):
    found = fixtures(
        {"match": {"userMessage": "retry", "sequenceIndex": 0}, "response": {"content": "one"}},
        {"match": {"userMessage": "please"}, "response": {"content": "two"}},
        {"match": {"userMessage": "retry", "endpoint": "embedding"}, "response": {"embedding": [1, 0]}},
        {"match": {}, "response": {"content": "any"}},
    )
    assert [found.say("retry please") for _ in range(2)] == ["one", "any"]
    (told,) = found.warned
    assert "line 12 answered the calls that fit them, too; here all get what line" in told


def test_reasoning_is_told_where_clients_do_not_get_it(fixtures):
    fixture = {"match": {"userMessage": "think"}, "response": {"content": "x", "reasoning": "Hmm"}}
    found = fixtures(fixture, {**fixture, "match": {"userMessage": "blocks"}})
    assert [line.split(": ", 2)[:2] for line in found.warned] == [["fixtures.json:3", "reasoning"]]
    assert found.ask("think").json["choices"][0]["message"] == {
        "role": "assistant",
        "content": "x",
        "refusal": None,
        "annotations": [],
    }
    thought = found.send({"model": "m", "messages": [{"role": "user", "content": "think"}]}, "/vllm/v1/chat/completions").json
    assert thought["choices"][0]["message"]["reasoning_content"] == "Hmm"


def test_other_json_is_refused(source):
    with pytest.raises(FormatError, match=r"expected an object with a list 'fixtures'"):
        READER.read(source("x.json", "[]"), None)
    with pytest.raises(FormatError, match="not JSON"):
        READER.read(source("y.json", "{"), None)
