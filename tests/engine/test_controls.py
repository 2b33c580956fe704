"""What a request may ask of the server; what is not understood is refused with a sentence."""

from __future__ import annotations

import pytest

from understudy.engine.controls import Controls, magic, read
from understudy.errors import RequestError
from understudy.faults import Armed, Place, Trigger
from understudy.faults.malformed import Malformed, MalformedChunk
from understudy.faults.status import Simulated, Status
from understudy.faults.timeout import Timeout
from understudy.model.call import Call, Message

READ = {
    "": Controls(),
    "other=1": Controls(),
    "delay=250": Controls(delay=0.25),
    "delay=1.5": Controls(delay=0.0015),
    "delay=1.5s": Controls(delay=1.5),
    "delay=1e3": Controls(delay=1.0),
    "fail=429": Controls(faults=(Armed(Simulated(429)),)),
    "fail=599": Controls(faults=(Armed(Simulated(599)),)),
    "fail=timeout": Controls(faults=(Armed(Timeout()),)),
    "fail_chunk=3": Controls(faults=(Armed(Malformed(at=Place("event", 3))),)),
    "stream=true": Controls(stream=True),
    "stream=1": Controls(stream=True),
    "stream=false": Controls(),
    "stream=TRUE": Controls(stream=True),
    "stream=0": Controls(),
    "stream=": Controls(),
    "delay=5&fail=500&stream=true": Controls(0.005, (Armed(Simulated(500)),), stream=True),
    "delay=&fail=": Controls(),
    "delay=&delay=5": Controls(delay=0.005),
    "include=a&include=b&delay=5": Controls(delay=0.005),
}


@pytest.mark.parametrize(("query", "expected"), READ.items(), ids=READ)
def test_query_parameters(query, expected):
    assert read(query, {}) == expected


# What the server that had `fail` first says of a number that it does not know, and it knows two, spelled as they are.
UNNAMED = {
    status: Armed(Simulated(status, message=f"Simulated {status} error", type="simulated_error")) for status in (429, 500, 504)
}

LENIENT = {
    "delay=12abc": Controls(delay=0.012),
    "delay=%20+7.9": Controls(delay=0.007),
    "delay=1e3": Controls(delay=0.001),
    "delay=abc": Controls(),
    "delay=-5": Controls(),
    "fail=429": Controls(faults=(Armed(Simulated(429)),)),
    "fail=201": Controls(faults=(Armed(Simulated(201)),)),
    "fail=302x": Controls(faults=(Armed(Simulated(302)),)),
    "fail=429abc": Controls(faults=(UNNAMED[429],)),
    "fail=0500": Controls(faults=(UNNAMED[500],)),
    "fail=429&fail=500": Controls(faults=(UNNAMED[429],)),
    "fail=&delay=&delay=5": Controls(),
    "delay=10&delay=20": Controls(delay=0.01),
    "stream=true&stream=true": Controls(),
    "fail_chunk=2&fail_chunk=3": Controls(faults=(Armed(MalformedChunk(at=Place("event", 2))),)),
    "fail=timeout": Controls(faults=(Armed(Timeout()),)),
    "fail_chunk=2nd": Controls(faults=(Armed(MalformedChunk(at=Place("event", 2))),)),
    "fail_chunk=0": Controls(),
    "fail_chunk=-1": Controls(),
    "fail_chunk=abc": Controls(),
    f"fail_chunk={'9' * 5000}": Controls(faults=(Armed(MalformedChunk(at=Place("event", 999_999_999))),)),
    "stream=true": Controls(stream=True),
    "stream=TRUE": Controls(),
    "stream=1": Controls(),
    "stream=maybe": Controls(),
}


@pytest.mark.parametrize(("query", "expected"), LENIENT.items(), ids=[query[:20] for query in LENIENT])
def test_lenient_query_parameters_are_read_as_parseint_does(query, expected):
    found = read(query, {}, lenient=True)
    assert found == expected
    assert [type(armed.fault) for armed in found.faults] == [type(armed.fault) for armed in expected.faults]


@pytest.mark.parametrize("fail", ["nonsense", "timeout&fail=timeout", "&fail=429", "204", "205", "304", "42", "600", "1e3"])
def test_lenient_or_not_an_error_that_cannot_be_answered_is_none(fail):
    with pytest.raises(RequestError, match="Unknown fail type"):
        read(f"fail={fail}", {}, lenient=True)


HEADERS = {
    "delay": ("20", Controls(delay=0.02)),
    "session": ("a" * 500, Controls(session="a" * 200)),
    "rule": ("sky", Controls(rule="sky")),
    "decision": ("00" * 16, Controls(decision=bytes(16))),
    "fault": ("status;status=503;message=Full.", Controls(faults=(Armed(Status(503, message="Full.")),))),
    "triggered fault": ("overloaded;first=2", Controls(faults=(Armed(Status(error="overloaded"), Trigger(first=2)),))),
}


@pytest.mark.parametrize(("name", "value", "expected"), [(name, *each) for name, each in HEADERS.items()], ids=HEADERS)
def test_headers(name, value, expected):
    assert read("", {f"x-understudy-{name.split()[-1]}": value}) == expected


def test_several_faults_and_both_delays_add_up():
    found = read(
        "delay=10&fail=500", {"x-understudy-delay": "5ms", "x-understudy-fault": "timeout;after=2s, malformed;event=1"}
    )
    assert found.delay == pytest.approx(0.015)
    assert found.faults == (Armed(Simulated(500)), Armed(Timeout(2.0)), Armed(Malformed(at=Place("event", 1))))


MANY = "1" * 5000
WRONG = {
    "delay=soon": "delay: duration 'soon': expected milliseconds",
    "delay=-1": "delay: duration '-1'",
    f"delay={MANY}": "delay: duration '1111",
    "fail=429&fail=500": "fail: expected it once, got it 2 times",
    "delay=1&delay=1&stream=true": "delay: expected it once, got it 2 times",
    "stream=yes": "stream 'yes': expected true or false",
    "fail=200": "Unknown fail type: 200",
    "fail=600": "Unknown fail type: 600",
    "fail=x": "Unknown fail type: x",
    f"fail={MANY}": "Unknown fail type: 1111",
    "fail_chunk=0": "fail_chunk '0': expected the number of an event, from 1",
    "fail_chunk=-1": "fail_chunk '-1'",
    "fail_chunk=x": "fail_chunk 'x'",
    f"fail_chunk={MANY}": "fail_chunk '1111",
    "fail_chunk=%D9%A3": "fail_chunk '\u0663'",
}


@pytest.mark.parametrize(("query", "start"), WRONG.items(), ids=[query[:20] for query in WRONG])
def test_what_is_not_understood_is_refused(query, start):
    with pytest.raises(RequestError) as caught:
        read(query, {})
    assert caught.value.failure.status == 400
    assert caught.value.failure.message.startswith(start)


WRONG_HEADERS = {
    "statsu": "X-Understudy-Fault: unknown fault 'statsu'. Did you mean 'status'?",
    "status": "X-Understudy-Fault: fault 'status'",
    "status;status": "X-Understudy-Fault: fault parameter 'status': expected key=value",
    "status;status=abc": "X-Understudy-Fault: fault 'status'",
    "status;status=200": "X-Understudy-Fault: fault 'status'",
    f"status;status={MANY}": "X-Understudy-Fault: fault 'status'",
    f"malformed;event={MANY}": "X-Understudy-Fault: fault 'malformed': event '1111",
    "timeout;after=nan": "X-Understudy-Fault: fault 'timeout'",
    "timeout;after=inf": "X-Understudy-Fault: fault 'timeout'",
    "timeout;until=3": "X-Understudy-Fault: fault 'timeout'",
    "": "X-Understudy-Fault: unknown fault ''",
}


@pytest.mark.parametrize(("value", "start"), WRONG_HEADERS.items(), ids=[value[:20] for value in WRONG_HEADERS])
def test_a_fault_that_is_not_understood_is_refused(value, start):
    with pytest.raises(RequestError) as caught:
        read("", {"x-understudy-fault": value})
    assert caught.value.failure.message.startswith(start)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("timign", "X-Understudy-Timign: unknown control 'timign'. Did you mean 'timing'?"),
        ("faults", "X-Understudy-Faults: unknown control 'faults'. Did you mean 'fault'?"),
        ("xyz", "X-Understudy-Xyz: unknown control 'xyz': expected one of session, fault, delay, rule, decision, timing."),
    ],
)
def test_an_unknown_header_is_refused(name, message):
    with pytest.raises(RequestError) as caught:
        read("", {f"x-understudy-{name}": "5"})
    assert (caught.value.failure.status, caught.value.failure.message) == (400, message)


def test_what_the_server_says_itself_may_come_back():
    assert read("", {"x-understudy-would-limit": "a", "x-understudy-bottleneck": "b", "x-understudy-token": "c"}) == Controls()


def call_of(content, *before):
    return Call("chat", "openai", messages=[*before, Message("user", content)], user=content)


@pytest.mark.parametrize("status", [400, 404, 429, 503, 599])
def test_a_last_message_that_is_a_status(status):
    assert magic(call_of(f"[{status}]")).status == status


@pytest.mark.parametrize(
    "text", ["", "[200]", "[399]", "[600]", "[429", "[429] ", " [429]", "[42]", "see [429]", "[429]\n", "[٤٢٩]"]
)
def test_a_last_message_that_is_none(text):
    assert magic(call_of(text)) is None


def test_controls_can_be_switched_off(engine, ask, chat):
    to = engine(request_controls=False, reply="hi")
    answer = ask(chat("[429]"), "/v1/chat/completions?fail=500&delay=nonsense", to=to, headers={"x-understudy-fault": "?"})
    assert answer.status == 200


def test_a_control_spoils_its_own_request_only(ask, chat):
    assert ask(chat(), "/v1/chat/completions?fail=500").status == 500
    assert ask(chat()).status == 200


def test_faults_and_delays_come_after_the_request_was_understood(ask):
    answer = ask({}, "/v1/chat/completions?delay=100&fail=timeout")
    assert (answer.status, len(answer.steps)) == (400, 1)
