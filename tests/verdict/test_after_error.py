"""Reading on after an error event."""

import http.client
import json

import pytest

from understudy import Understudy
from understudy.verdict import assert_resilient

GO_ON = ("error-event;then=go-on",)


@pytest.mark.parametrize(("error_at", "seen"), [(1.0, "4.0 s"), (4.0, "1.0 s")])
def test_reading_on_is_found(client, error_at, seen):
    client.ask(stream=True, faults=GO_ON, took=5.0, events=10, error_at=error_at)
    assert client.ids() == ["read-on-after-error"]
    assert client.finding("read-on-after-error").seen == f"A stream was read for {seen} after its error event."


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "client_gone", "error_at": 1.0},
        {"error_at": 4.5},
        {"error_at": 5.0},
        {"error_at": None},
    ],
)
def test_hanging_up_is_not(client, fields):
    client.ask(**{"stream": True, "faults": GO_ON, "took": 5.0, "events": 10} | fields)
    assert client.ids() == []


WAITS = {  # timing, where the error event stands, and the seconds that come after it
    "a first token that is late": ({"ttft": "3s", "itl": "1ms"}, {"event": 4}, None),
    "a latency": ({"latency": "3s", "itl": "1ms"}, {"event": 2}, None),
    "a prompt that takes long": ({"per-prompt-token": "1s", "itl": "1ms"}, {"event": 4}, None),
    "an event that comes late": ({"itl": "300ms"}, {"event": 3}, "1.2 s"),
    "a token": ({"itl": "300ms"}, {"token": 2}, "1.2 s"),
    "a time": ({"ttft": "3s", "itl": "300ms"}, {"time": "3500ms"}, "1.0 s"),
    "nowhere": ({"itl": "2s"}, "end", None),
}


@pytest.mark.parametrize(("timing", "at", "seen"), WAITS.values(), ids=WAITS)
def test_what_counts_is_the_time_behind_the_event(timing, at, seen):
    with Understudy(clock="auto") as server:
        server.on().reply("one two three four five six").timing(**timing).fault("error-event", at=at, then="go-on")
        line = http.client.HTTPConnection("127.0.0.1", server.port)
        asked = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "hi"}]}
        line.request("POST", "/v1/chat/completions", json.dumps(asked))
        assert b"error" in line.getresponse().read()
        line.close()
        if seen is None:
            assert assert_resilient(server).findings == ()
        else:
            with pytest.raises(AssertionError, match=f"A stream was read for {seen} after its error event."):
                assert_resilient(server)
