"""Faults by name: built from texts, refused with the nearest kind; what a kind does not override passes through."""

from __future__ import annotations

import pytest
from msgspec import structs

from understudy import faults
from understudy.faults import Armed, Fault, Place, Trigger
from understudy.faults.error_event import ErrorEvent
from understudy.faults.malformed import Malformed
from understudy.faults.status import Status
from understudy.faults.timeout import Timeout
from understudy.model.frame import Body
from understudy.model.reply import Reply

KINDS = list(faults.kinds())
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
NEEDED = {"status": {"status": 500}, "wrong-length": {"by": 7}}


def _made(kind):
    return faults.build(kind.name, NEEDED.get(kind.name, {})).fault


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
class TestEveryKind:
    def test_it_says_what_it_does(self, kind):
        assert kind.name
        assert kind.help
        assert kind.__doc__

    def test_its_help_names_the_answers_that_it_leaves_alone(self, kind):
        assert ("no effect on whole answers" in kind.help) == (kind.answers in ("streams", "SSE streams"))
        assert ("an SSE stream" in kind.help) == (kind.answers == "SSE streams")
        assert ("no effect on streams" in kind.help) == (kind.answers == "whole answers")

    @pytest.mark.parametrize("stream", [False, True])
    def test_it_leaves_them_alone(self, kind, stream, sample, context):
        fault, found, answer = _made(kind), context(stream=stream), sample(stream=stream)
        found.content_type = answer.content_type
        if found.is_among(kind.answers):
            return
        assert not fault.finds(found)
        assert fault.on_frames(answer, found) is answer
        assert fault.on_head(CHUNKED, found) == CHUNKED
        assert b"".join(fault.on_steps([CHUNKED], found)) == CHUNKED

    def test_its_parameters_are_no_triggers_and_no_places(self, kind):
        names = {field.encode_name for field in structs.fields(kind)} - {"at"}
        triggers = {field.encode_name for field in structs.fields(Trigger)}
        assert names & {*triggers, "kind", "when", "at"} == set()


READ = {
    " status ; status = 503 ; message = Full = full ": [Armed(Status(503, message="Full = full"))],
    'status;status=503;message="Full, \\"very\\"; sorry"': [Armed(Status(503, message='Full, "very"; sorry'))],
    "overloaded": [Armed(Status(error="overloaded"))],
    "overloaded;status=529": [Armed(Status(529, error="overloaded"))],
    "rate_limit;retry-after=2s": [Armed(Status(error="rate_limit", retry_after=2.0))],
    "timeout;after=2s, malformed;event=3": [Armed(Timeout(2.0)), Armed(Malformed(at=Place("event", 3)))],
    "malformed;token=5": [Armed(Malformed(at=Place("token", 5)))],
    "malformed;at=end": [Armed(Malformed(at=Place("end")))],
    "error-event;time=800ms;then=go-on": [Armed(ErrorEvent(then="go-on", at=Place("time", 0.8)))],
    "error-event;time=800": [Armed(ErrorEvent(at=Place("time", 0.8)))],
    "timeout;probability=0.5;max=3;per=key": [Armed(Timeout(), Trigger(probability=0.5, max=3, per="key"))],
    "timeout;nth=2": [Armed(Timeout(), Trigger(nth=2))],
    "timeout;nth=2|5": [Armed(Timeout(), Trigger(nth=(2, 5)))],
    "timeout;first=2;every=3": [Armed(Timeout(), Trigger(first=2, every=3))],
    "timeout;window=10s..40s/2m": [Armed(Timeout(), Trigger(window=faults.Window(10.0, 40.0, 120.0)))],
    "timeout;window=..40s": [Armed(Timeout(), Trigger(window=faults.Window(end=40.0)))],
    "timeout;burst=0.1/0.5/0.9": [Armed(Timeout(), Trigger(burst=faults.Burst(0.1, 0.5, 0.9)))],
}


@pytest.mark.parametrize(("text", "expected"), READ.items(), ids=READ)
def test_faults_are_read_from_one_line(text, expected):
    assert list(faults.parse(text)) == expected


REFUSED = {
    "statsu": "unknown fault 'statsu'. Did you mean 'status'?",
    "zzz": "unknown fault 'zzz': expected one of *, gateway_timeout.",
    "": "unknown fault '': expected KIND[;key=value...]",
    "timeout,,malformed": "unknown fault ',malformed': expected KIND[;key=value...]",
    "status=503": "unknown fault 'status=503': expected KIND[;key=value...]",
    "status;status": "fault parameter 'status': expected key=value",
    "status": "fault 'status': expected the key 'status' or 'error', got neither",
    "status;status=399": "fault 'status': status '399': expected a whole number from 400 to 599",
    "status;status=abc": "fault 'status': status 'abc': expected a whole number, got a text",
    "status;status=500;oter=1": "fault 'status': unknown key 'oter': expected one of *per.",
    "status;when=x": "fault 'status': unknown key 'when': expected one of status, error, message, type, code, *per.",
    "malformed;then=go-on": "fault 'malformed': unknown key 'then': expected one of *",
    "reset;evnt=3": "fault 'reset': unknown key 'evnt'. Did you mean 'event'?",
    "reset;x=3": "fault 'reset': unknown key 'x': expected one of at, event, byte, token, time, probability, *per.",
    "malformed;x=3": "fault 'malformed': unknown key 'x': expected one of at, event, token, probability, *per.",
    "status;error=rate_limt": "fault 'status': error 'rate_limt': expected one of *. Did you mean 'rate_limit'?",
    "rate_limit;error=conflict": "fault 'rate_limit': 'error' names another error. Remove it",
    "rate_limit;retry-after=2": "fault 'rate_limit': retry-after '2': duration '2': expected a duration with its unit *",
    "status;status=500;event=3": "fault 'status': has no place, it concerns the whole answer. Remove 'at'",
    "malformed;event=0": "fault 'malformed': event 0: expected a whole number from 1 up",
    "malformed;time=1s": "fault 'malformed': at time: expected one of event, token, end",
    "malformed;event=1;token=1": "fault 'malformed': expected one place, got event and token",
    "malformed;at=soon": "fault 'malformed': at 'soon': expected one of before-headers, *",
    "timeout;probability=2": "fault 'timeout': probability '2': expected a number from 0 to 1",
    "timeout;nth=0": "fault 'timeout': nth '0': expected a whole number from 1",
    "comments;interval=0": "fault 'comments': interval '0': duration '0': expected more than 0",
    "comments;interval=0.0s": "fault 'comments': interval '0.0s': duration '0.0s': expected more than 0",
    "timeout;per=moon": "fault 'timeout': per 'moon': expected one of session, key, model",
    "error-event;then=continue": "fault 'error-event': then 'continue': expected one of end, go-on",
    "tls-failure;alert=no": "fault 'tls-failure': alert 'no': expected one of handshake-failure, *",
    "timeout;window=5s..1s": "fault 'timeout': window: expected 'to' after 'from'",
    "timeout;window=1s..5s/2s": "fault 'timeout': window: expected 'period' to hold 'from' and 'to'",
    "timeout;burst=0.5": "fault 'timeout': burst *: expected the key 'leave', got none",
    "timeout;after=nan": "fault 'timeout': after 'nan': duration 'nan': *",
}


@pytest.mark.parametrize(("text", "message"), REFUSED.items(), ids=REFUSED)
def test_mistakes_are_named(text, message):
    with pytest.raises(faults.FaultError) as caught:
        faults.parse(text)
    start, _, end = message.partition("*")
    assert str(caught.value).startswith(start)
    assert str(caught.value).endswith(end)


@pytest.mark.parametrize(
    ("given", "key", "message"),
    [
        ({"status": "503"}, "status", "status '503': expected a whole number, got a text"),
        ({"status": 500, "headers": {"bad name": "x"}}, "headers", "header 'bad name': expected a name"),
        ({"status": 500, "headers": {"x-a": "one\r\nx-b: two"}}, "headers", "header 'x-a': expected one line"),
        (
            {"status": 500, "headers": {"Content-Length": 3}},
            "headers",
            "header 'Content-Length': expected a field of the answer",
        ),
        (
            {"status": 500, "window": {"from": 60, "until": "70s"}},
            "window",
            "window: unknown key 'until': expected one of from, to, period.",
        ),
        ({"status": 500, "window": {"form": 60}}, "window", "window: unknown key 'form'. Did you mean 'from'?"),
        ({"status": 500, "burst": {"entr": 0.5}}, "burst", "burst: unknown key 'entr'. Did you mean 'enter'?"),
        ({"status": 500, "nth": []}, "nth", "nth []: expected a list of length from 1"),
        ({"status": 500, "nth": [0]}, "nth", "nth [0]: expected a whole number from 1"),
    ],
)
def test_a_script_says_it_with_types(given, key, message):
    with pytest.raises(faults.FaultError) as caught:
        faults.build("status", given)
    assert message in str(caught.value)
    assert caught.value.key in (key, "")


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"event": 3}, Place("event", 3)),
        ({"byte": 0}, Place("byte", 0)),
        ({"time": "1.5s"}, Place("time", 1.5)),
        ("before-headers", Place("before-headers")),
    ],
)
def test_places(value, place):
    assert Place.read(value) == place
    assert len({Place.read(value), place}) == 1


@pytest.mark.parametrize("value", [3, "event", {}, {"event": 0}, {"event": True}, {"event": "3"}, {"event": 1, "byte": 1}])
def test_what_is_no_place(value):
    with pytest.raises(ValueError, match="expected"):
        Place.read(value)


def test_a_fault_that_does_nothing_passes_everything_through(striking):
    fault, reply, body, steps, context = Fault(), Reply(), Body(b""), [b"x"], striking()
    assert fault.on_reply(reply, context) is reply
    assert fault.on_frames(body, context) is body
    assert fault.on_steps(steps, context) is steps
