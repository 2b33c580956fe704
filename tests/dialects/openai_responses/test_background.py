"""Responses made in the background: what they are is a function of the time."""

from __future__ import annotations

import pytest

SLOW = """
timing: {ttft: 2s, itl: 1s}
rules:
  - reply: "one two three"
"""


def until(steps, kind):
    next(step for step in steps if isinstance(step, bytes) and kind.encode() in step)


def test_a_response_waits_works_and_ends(talk):
    client = talk(SLOW)
    made = client.create(background=True)
    assert made.due == []
    assert (made.json["status"], made.json["output"], made.json["usage"], made.json["completed_at"]) == (
        "queued",
        [],
        None,
        None,
    )
    path = f"/responses/{made.json['id']}"
    assert client("GET", path).json["status"] == "queued"
    client.clock.advance(2.5)
    assert client("GET", path).json["status"] == "in_progress"
    client.clock.advance(2.0)
    done = client("GET", path).json
    assert (done["status"], done["completed_at"]) == ("completed", done["created_at"] + 4)
    assert done["output"][0]["content"][0]["text"] == "one two three"


def test_without_timing_it_is_over_at_once(talk):
    client = talk()
    made = client.create(background=True).json
    assert made["status"] == "queued"
    assert client("GET", f"/responses/{made['id']}").json["status"] == "completed"


def test_a_stream_is_taken_up_where_it_broke(talk):
    client = talk(SLOW)
    whole = client.create(background=True, stream=True)
    assert whole.kinds[:3] == ["created", "queued", "in_progress"]
    assert whole.due[:3] == [0.0, 0.0, 2.0]
    assert whole.due[-1] == 4.0
    assert not any("obfuscation" in event for event in whole.events)
    path = f"/responses/{whole.events[0]['response']['id']}?stream=true"
    client.clock.advance(3.0)
    again = client("GET", path)
    assert again.events == whole.events
    assert again.due[-1] == 1.0
    later = client("GET", f"{path}&starting_after=4")
    assert later.events == whole.events[5:]
    client.clock.advance(5.0)
    over = client("GET", f"{path}&starting_after=0")
    assert over.events == whole.events[1:]
    assert set(over.due) == {0.0}


def test_a_response_is_cancelled_once_and_for_all(talk):
    client = talk(SLOW)
    made = client.create(background=True, stream=True).events[0]["response"]
    client.clock.advance(2.5)
    path = f"/responses/{made['id']}"
    stopped = client("POST", f"{path}/cancel").json
    assert (stopped["status"], stopped["output"]) == ("cancelled", [])
    client.clock.advance(60.0)
    assert client("GET", path).json == stopped
    assert client("POST", f"{path}/cancel").json == stopped
    left = client("GET", f"{path}?stream=true")
    assert "completed" not in left.kinds
    assert left.kinds[:3] == ["created", "queued", "in_progress"]


@pytest.mark.parametrize(
    ("reply", "body", "told"),
    [
        ("one two three", {}, "a completed"),
        ("{error: server_error}", {}, "a failed"),
        ("one two three " * 9, {"max_output_tokens": 16}, "an incomplete"),
    ],
)
def test_what_is_over_cannot_be_stopped_any_more(talk, reply, body, told):
    client = talk(f"rules: [{{reply: {reply}}}]")
    made = client.create(background=True, **body).json
    refused = client("POST", f"/responses/{made['id']}/cancel")
    assert (refused.status, refused.error) == (400, (f"Cannot cancel {told} response.", None, None))


def test_only_the_background_can_be_cancelled_or_streamed_again(talk):
    client = talk()
    made = client.create().json
    refused = client("POST", f"/responses/{made['id']}/cancel")
    assert (refused.status, refused.error[0]) == (400, "Cannot cancel a synchronous response.")
    again = client("GET", f"/responses/{made['id']}?stream=true")
    words = "This response cannot be streamed because it was not created with background=true."
    assert (again.status, again.error) == (400, (words, "stream", "invalid_request_error"))


def test_what_was_not_made_as_a_stream_cannot_be_streamed(talk):
    client = talk(SLOW)
    made = client.create(background=True).json
    words = "This response cannot be streamed because it was not created with stream=true."
    assert client("GET", f"/responses/{made['id']}?stream=true").error == (words, "stream", "invalid_request_error")


def test_a_stream_is_taken_up_for_five_minutes(talk):
    client = talk(SLOW)
    path = f"/responses/{client.create(background=True, stream=True).events[0]['response']['id']}?stream=true"
    client.clock.advance(300.0)
    assert client("GET", path).kinds[-1] == "completed"
    client.clock.advance(1.0)
    words = "This response can no longer be streamed because it is more than 5 minutes old."
    assert client("GET", path).error == (words, "stream", "invalid_request_error")


def test_what_nobody_wants_stored_can_be_polled_for_ten_minutes(talk):
    client = talk(SLOW)
    made = client.create(background=True, store=False).json
    path = f"/responses/{made['id']}"
    client.clock.advance(604.0)
    assert client("GET", path).json["status"] == "completed"
    client.clock.advance(1.0)
    assert client("GET", path).status == 404


def test_what_goes_on_from_a_cancelled_response_knows_what_it_was_asked(talk):
    client = talk(SLOW)
    made = client.create("one " * 50, background=True).json
    client("POST", f"/responses/{made['id']}/cancel")
    client.clock.advance(60.0)
    asked = {"role": "user", "content": "one " * 50}
    whole = client.create([asked, {"role": "user", "content": "and?"}]).json
    on = client.create("and?", previous_response_id=made["id"]).json
    assert on["usage"]["input_tokens"] == whole["usage"]["input_tokens"]


def test_a_stream_sends_nothing_more_once_its_response_is_cancelled(talk):
    client = talk(SLOW)
    identifier, steps = client.play(background=True)
    until(steps, "output_text.delta")
    assert next(steps) == 1.0  # what comes next is waited for, and has not been made
    client("POST", f"/responses/{identifier}/cancel")
    assert not any(b"event: " in step for step in steps if isinstance(step, bytes))


def test_a_stream_that_is_taken_up_sends_nothing_more_either(talk):
    client = talk(SLOW)
    made = client.create(background=True, stream=True).events[0]["response"]
    steps = client.steps("GET", f"/responses/{made['id']}?stream=true")
    until(steps, "response.in_progress")
    client("POST", f"/responses/{made['id']}/cancel")
    assert not any(b"event: " in step for step in steps if isinstance(step, bytes))


def test_a_stream_that_a_fault_spoils_sends_nothing_more_either(talk):
    client = talk(SLOW)
    identifier, steps = client.play(background=True, headers={"x-understudy-fault": "early-end"})
    until(steps, "response.in_progress")
    client("POST", f"/responses/{identifier}/cancel")
    assert not any(b"event: " in step for step in steps if isinstance(step, bytes))


@pytest.mark.parametrize("how", ["pieces", "tokens", "items"])
def test_what_is_told_again_is_what_was_told(talk, how):
    reply = {
        "pieces": '{text: "one two three", pieces: [on, "e two thr", ee]}',
        "tokens": "{generate: {tokens: 300}}",
        "items": """{blocks: [reasoning: "Hm.",
            item: {type: code_interpreter_call, code: "1+1", outputs: [{type: logs, logs: x}]},
            item: {type: message, content: [{text: a b}, {text: c d, annotations: [{type: x}]}]}, text: end,
            tool_call: {name: f, arguments: {a: 1}}]}""",
    }[how]
    client = talk(f"rules: [{{reply: {reply}}}]\ntiming: {{ttft: 1s, itl: {{exponential: {{mean: 10ms}}}}}}")
    fields = {"background": True, "stream": True, "include": ["message.output_text.logprobs"]}
    whole = client.create("ping", "gpt-4o", **fields)
    identifier = whole.events[0]["response"]["id"]
    client.clock.advance(100.0)
    assert client("GET", f"/responses/{identifier}?stream=true").events == whole.events
    assert client("GET", f"/responses/{identifier}?stream=true&starting_after=9").events == whole.events[10:]


def test_the_events_of_a_response_are_not_kept(talk):
    client = talk("rules: [{reply: {generate: {tokens: 2000}}}]")
    told = client.create(background=True, stream=True)
    store = client.engine.state.store("default")
    (kept,) = (store.get("response", name) for name in store.names("response"))
    (text,) = (event["text"] for event in told.events if event["type"] == "response.output_text.done")
    assert len(text) < len(kept) < len(text) + 10_000  # one text, and a few bytes for each event


def test_a_response_fails_with_the_stream_it_is_made_with(talk):
    client = talk("rules: [{reply: one two three}]")
    body = {"model": "gpt-4o-mini", "input": "ping", "background": True, "stream": True}
    told = client("POST", "/responses", body, headers={"x-understudy-fault": "error-event;event=6"})
    assert told.kinds[-2:] == ["error", "failed"]
    last = told.events[-1]["response"]
    path = f"/responses/{last['id']}"
    assert client("GET", path).json | {"billing": None} == last | {"billing": None}
    assert client("GET", f"{path}?stream=true").events == told.events
