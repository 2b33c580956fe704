"""Two faults of a stream together: whichever comes first, and whatever it leaves of an event, the other one copes."""

from __future__ import annotations

from itertools import product

import pytest

from understudy.faults import kinds
from understudy.model.plan import Plan, spelled_out

GIVEN = {  # what a kind is told, one way after the other
    "error-event": ("", ";event=3;then=go-on"),
    "huge-event": (";bytes=9", ";bytes=9;event=1", ";bytes=9;at=end"),
    "invalid-utf8": ("", ";event=1"),
    "malformed": ("", ";event=3", ";at=end"),
    "stall": (";for=1ms;event=2",),
    "truncated-json": ("", ";keep=1", ";then=go-on", ";event=1;then=go-on", ";keep=20;then=go-on"),
    "unknown-event": (
        "",
        ";data=x",
        r';data="{\"type\":\"message_delta\",\"delta\":3}"',
        r';data="{\"delta\":{\"text\":\"a\"}}"',
    ),
    "wrong-length": (";by=7",),
}
BREAKING = ("huge-event", "invalid-utf8", "malformed", "truncated-json", "unknown-event")
READING = (
    *("early-end", "empty-choices", "empty-deltas", "huge-event", "invalid-utf8", "malformed"),
    *("missing-done", "missing-finish", "missing-usage"),
)
ODD = (  # events of forms that no provider has
    r"{\"choices\":[{\"delta\":5,\"finish_reason\":\"stop\"}]}",
    r"{\"choices\":5}",
    r"{\"candidates\":[{\"content\":5,\"finishReason\":\"STOP\"}]}",
    r"{\"candidates\":[{\"content\":{\"parts\":[5]},\"finishReason\":\"STOP\"}]}",
    r"{\"candidates\":5}",
    r"{\"type\":\"response.completed\",\"response\":5}",
    r"{\"type\":\"message-end\",\"delta\":5}",
    "5",
)
REPLACING = ("refuse", "reset", "close", "hang", "timeout", "tls-failure")  # what leaves no stream


def _lines(names):
    return [f"{name}{given}" for name in names for given in GIVEN.get(name, ("",))]


CLOSELY = ("anthropic", "bedrock", "bedrock-invoke")
OF_STREAMS = [
    f"{name}{GIVEN.get(name, ('',))[0]}"
    for name in kinds().names()
    if name not in REPLACING and kinds().get(name).acts("on_frames", "on_head", "on_steps") and name != "legal-fuzz"
]


@pytest.fixture
def hold(engine, make_request, wish):
    """Hold that all pairs of faults leave a good head; what goes wrong inside the engine is raised here."""
    to = engine("rules: [{reply: One two three.}]")

    def held(speaker, pairs):
        asked = wish("hi", stream=True)
        path, body = f"/{speaker.dialect}{speaker.where(asked)}", speaker.body(asked)
        for pair in pairs:
            headers = {**speaker.headers, "x-understudy-fault": ", ".join(pair)}
            plan = to.respond(make_request(body, path, headers=headers))
            steps = spelled_out(plan.steps) if isinstance(plan, Plan) else [plan]
            assert b"".join(step for step in steps if isinstance(step, bytes)).startswith(b"HTTP/1.1 200 "), pair

    return held


def test_what_reads_events_leaves_those_alone_that_cannot_be_read(hold, speaker):
    hold(speaker, product(("truncated-json;then=go-on", "invalid-utf8", "malformed", "unknown-event;data=x"), READING))


def test_an_event_of_any_form_is_left_alone(hold, speaker):
    lines = ["missing-done", "missing-finish", "missing-usage", *(f"{name};event=1" for name in BREAKING)]
    hold(speaker, product((f'unknown-event;event=1;data="{data}"' for data in ODD), lines))


@pytest.mark.parametrize("name", CLOSELY)
def test_whatever_is_left_of_an_event_can_be_read_or_left_alone(hold, spoken, name):
    hold(spoken[name], product(_lines(BREAKING), _lines(READING)))


@pytest.mark.parametrize("name", CLOSELY)
def test_any_two_go_together(hold, spoken, name):
    hold(spoken[name], product(OF_STREAMS, OF_STREAMS))
