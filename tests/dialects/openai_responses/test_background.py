"""Responses made in the background: what they are is a function of the time."""

from __future__ import annotations

SLOW = """
timing: {ttft: 2s, itl: 1s}
rules:
  - reply: "one two three"
"""


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
    made = client.create(background=True).json
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


def test_what_is_over_cannot_be_stopped_any_more(talk):
    client = talk()
    made = client.create(background=True).json
    assert client("POST", f"/responses/{made['id']}/cancel").json["status"] == "completed"


def test_only_the_background_can_be_cancelled_or_streamed_again(talk):
    client = talk()
    made = client.create().json
    refused = client("POST", f"/responses/{made['id']}/cancel")
    assert (refused.status, refused.error[0]) == (400, "Cannot cancel a synchronous response.")
    assert client("GET", f"/responses/{made['id']}?stream=true").status == 400
    assert client.create(background=True, store=False).status == 400


def test_a_failure_is_told_by_the_response(talk):
    client = talk("rules: [{reply: {error: rate_limit}}]")
    made = client.create(background=True)
    assert (made.status, made.json["status"]) == (200, "queued")
    found = client("GET", f"/responses/{made.json['id']}").json
    assert (found["status"], found["error"]["code"], found["output"]) == ("failed", "rate_limit_exceeded", [])
    assert client.create().status == 429


def test_two_alike_are_two(talk):
    client = talk(SLOW)
    one, other = (client.create(background=True).json["id"] for _ in range(2))
    client("POST", f"/responses/{one}/cancel")
    assert client("GET", f"/responses/{other}").json["status"] == "queued"
