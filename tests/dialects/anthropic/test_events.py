"""Events can be read and changed from outside, and are padded as the API pads them."""

from __future__ import annotations

import json

import pytest

from understudy.dialects.anthropic.answers import Part
from understudy.dialects.anthropic.events import GRAMMAR, PING, STOP, Events, event

DELTA = event("content_block_delta", index=0, delta={"type": "text_delta", "text": "a"})
END = event("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": 1})


def data(found):
    return json.loads(found.partition(b"data: ")[2])


def test_every_event_ends_with_up_to_fifteen_spaces_before_its_last_brace():
    found = [event("content_block_delta", index=i) for i in range(400)]
    pads = {len(e.rstrip(b"}\n")) - len(e.rstrip(b"}\n").rstrip(b" ")) for e in found}
    assert pads == set(range(16))
    assert PING == b'event: ping\ndata: {"type": "ping"}\n\n'


def test_the_text_of_an_event_can_be_replaced():
    assert GRAMMAR.say(DELTA, rb"\ud800").endswith(b'"text":"\\ud800"}}\n\n')
    partial = event("content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": "{"})
    assert data(GRAMMAR.say(partial, b"x"))["delta"]["partial_json"] == "x"
    assert GRAMMAR.say(END, b"x") is None
    assert GRAMMAR.say(PING, b"x") is None


def test_parts_can_be_left_out():
    assert GRAMMAR.without(event(STOP), "done") is None
    assert GRAMMAR.without(DELTA, "done") == DELTA
    assert "usage" not in data(GRAMMAR.without(END, "usage"))
    assert data(GRAMMAR.without(END, "finish"))["delta"]["stop_reason"] is None
    assert GRAMMAR.without(DELTA, "finish") == DELTA


@pytest.mark.parametrize("broken", [END[: len(END) // 2], END.replace(b"end", b"\xe2\x82"), b": ping\n\n", b""])
def test_what_cannot_be_read_is_left_alone(broken):
    assert GRAMMAR.say(broken, b"x") is None
    assert [GRAMMAR.without(broken, part) for part in ("done", "usage", "finish")] == [broken] * 3


@pytest.mark.parametrize(
    "fault", ["missing-done", "missing-finish", "missing-usage", "malformed", "error-event", "duplicate-event"]
)
def test_faults_of_streams_know_this_dialect(engine, say, body, fault):
    sound = say(body(stream=True), to=engine()).body
    broken = say(body(stream=True), to=engine(f"faults: [{{kind: {fault}}}]")).body
    assert sound != broken


def test_events_of_short_texts_are_shared_and_those_of_long_ones_are_not_kept():
    told = []
    for _ in range(2):
        events = Events()
        events.block(0, Part("text", "", {}), {}, [("what others say, too", 5), ("x" * 5_000, 625)])
        told.append([frame for frame in events.frames if b"content_block_delta" in frame[0]])
    (short, long), (again, other) = told
    assert short is again
    assert long == other
    assert long is not other
