from __future__ import annotations

import json

import pytest

from understudy.faults import Place
from understudy.faults.error_event import ErrorEvent
from understudy.model.plan import Ending

STEPS = [b"HEAD", b"one", 0.3, b"two", b"0\r\n\r\n"]
EVENT = b"1e\r\ndata: error 500 server_error\n\n\r\n"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (ErrorEvent(), [b"HEAD", b"one", 0.3, EVENT, b"0\r\n\r\n"]),
        (ErrorEvent(then="go-on"), [b"HEAD", b"one", 0.3, EVENT, b"two", b"0\r\n\r\n"]),
        (ErrorEvent(at=Place("token", 1)), [b"HEAD", EVENT, b"0\r\n\r\n"]),
        (ErrorEvent(at=Place("time", 0.1)), [b"HEAD", b"one", 0.1, EVENT, b"0\r\n\r\n"]),
        (ErrorEvent(at=Place("end")), [b"HEAD", b"one", 0.3, b"two", EVENT, b"0\r\n\r\n"]),
        (ErrorEvent(at=Place("event", 3)), STEPS),
    ],
)
def test_the_event_comes_at_its_place(striking, fault, expected):
    context = striking(stream=True, events=2, tokens=[1, 1], head_bytes=4, chunked=True)
    assert list(fault.on_steps(STEPS, context)) == expected


def test_where_nothing_is_chunked_the_connection_ends(striking):
    context = striking(stream=True, events=2, head_bytes=4)
    found = list(ErrorEvent(error="overloaded").on_steps([b"HEAD", b"one", b"two", Ending.CLOSE], context))
    assert found == [b"HEAD", b"one", b"data: error 503 overloaded\n\n", Ending.CLOSE]


def test_a_whole_answer_has_no_events(striking):
    assert ErrorEvent().on_steps(STEPS, striking()) is STEPS


def test_the_event_is_the_one_of_the_provider(ask, chat):
    events = ask(chat(stream=True), headers={"x-understudy-fault": "error-event;event=3"}).events
    assert len(events) == 3
    error = json.loads(events[2])["error"]
    assert list(error) == ["message", "type", "param", "code"]
    assert error["type"] == "server_error"


def test_the_stream_goes_on(ask, chat):
    plain = ask(chat(stream=True)).events
    events = ask(chat(stream=True), headers={"x-understudy-fault": "error-event;event=3;then=go-on;message=Oops"}).events
    assert len(events) == len(plain) + 1
    assert json.loads(events[2])["error"]["message"] == "Oops"
    assert events[-1] == "[DONE]"
