"""The legacy text completions: prompts of turns, whole and as events, stops, and what is refused."""

from __future__ import annotations

import json

import pytest

PATH = "/v1/complete"
SCRIPT = "rules: [{when: {user: ping, operation: completion}, reply: 'one two three'}]"


@pytest.fixture
def asked(engine, say):
    def sent(prompt="\n\nHuman: ping\n\nAssistant:", **fields):
        value = {"model": "claude-2.1", "prompt": prompt, "max_tokens_to_sample": 100, **fields}
        return say(value, PATH, to=engine(SCRIPT))

    return sent


def test_a_prompt_is_completed(asked):
    found = asked().json
    assert found == {
        "type": "completion",
        "id": found["id"],
        "completion": "one two three",
        "stop_reason": "stop_sequence",
        "model": "claude-2.1",
        "stop": "\n\nHuman:",
        "log_id": found["id"],
    }
    assert found["id"].startswith("compl_01")


def test_the_last_turn_of_the_user_counts(asked):
    prompt = "Be brief.\n\nHuman: hi\n\nAssistant: hello\n\nHuman: ping\n\nAssistant: So"
    assert asked(prompt).json["completion"] == "one two three"


def test_it_ends_where_it_is_told_to(asked):
    assert [asked(stop_sequences=[" two"]).json[name] for name in ("completion", "stop")] == ["one", " two"]
    found = asked(max_tokens_to_sample=1).json
    assert (found["completion"], found["stop_reason"], found["stop"]) == ("one", "max_tokens", None)


def test_a_stream(asked):
    answer = asked(stream=True)
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [event.split("\n", 1) for event in answer.body.decode().removesuffix("\n\n").split("\n\n")]
    assert [name for name, _ in events] == ["event: ping", *["event: completion"] * 4]
    found = [json.loads(data.removeprefix("data: ")) for _, data in events[1:]]
    assert [event["completion"] for event in found] == ["one", " two", " three", ""]
    assert [event["stop_reason"] for event in found] == [None, None, None, "stop_sequence"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"prompt": 5}, "prompt: Input should be a valid string"),
        ({"prompt": "hello"}, 'prompt must start with "\n\nHuman:" turn'),
        ({"prompt": "\n\nHuman: hello"}, 'prompt must end with "\n\nAssistant:" turn'),
        ({"max_tokens_to_sample": 0}, "max_tokens_to_sample: must be greater than or equal to 1"),
        ({"temperature": 2}, "temperature: range: 0..1"),
        ({"messages": []}, "messages: Extra inputs are not permitted"),
    ],
)
def test_what_is_refused(asked, fields, message):
    answer = asked(**fields)
    assert (answer.status, answer.json["error"]["message"]) == (400, message)


def test_leniently_a_prompt_is_what_the_user_says(engine, say):
    to = engine(SCRIPT, validation="lenient")
    assert say({"prompt": "ping"}, PATH, to=to).json["completion"] == "one two three"
    assert say(b"", PATH, to=to).status == 200


def test_damaged_streams_keep_their_form(engine, say):
    value = {"model": "m", "prompt": "\n\nHuman: ping\n\nAssistant:", "max_tokens_to_sample": 9, "stream": True}
    for kind, mark in (("missing-finish", "stop_sequence"), ("missing-done", "stop_sequence")):
        answer = say(value, PATH, headers={"anthropic-version": "2023-06-01", "x-understudy-fault": kind})
        assert (answer.status, mark in answer.body.decode()) == (200, False)
    for kind in ("missing-finish", "missing-done", "empty-deltas"):
        line = f"truncated-json;then=go-on, {kind}"
        answer = say(value, PATH, headers={"anthropic-version": "2023-06-01", "x-understudy-fault": line})
        assert answer.status == 200, line
