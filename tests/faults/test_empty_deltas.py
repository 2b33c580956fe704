from __future__ import annotations

import json

import pytest

from understudy.faults.empty_deltas import FAULT, EmptyDeltas


def text_of(events):
    deltas = [choice["delta"] for event in events for choice in json.loads(event)["choices"]]
    return "".join(delta.get("content", "") for delta in deltas)


@pytest.mark.parametrize("place", ["", ";event=1", ";event=5", ";at=end", ";token=3"])
def test_events_come_that_say_nothing(place, play, body_of, texts):
    events = texts(body_of(play(f"empty-deltas;count=2{place}")))
    assert len(events) == 8
    assert text_of(events) == "One two three"
    assert sum('"content":""' in event.decode() for event in events) == 3


def test_a_drawn_one_is_legal_and_reproducible(context):
    random = context(decision=5).random
    assert EmptyDeltas.drawn(random) == EmptyDeltas.drawn(random)
    assert 1 <= EmptyDeltas.drawn(random).count <= 5
    assert EmptyDeltas.legal


def test_a_whole_answer_stays_as_it_is(sample, context):
    body = sample(stream=False)
    assert FAULT().on_frames(body, context(stream=False)) is body


def test_they_do_not_say_that_the_answer_has_ended_before_its_last_text(engine, ask, chat):
    to, fault = engine("rules: [{reply: one two three}]"), {"x-understudy-fault": "empty-deltas;count=2"}
    chunks = ask(chat(stream=True, max_tokens=1), "/vllm/v1/chat/completions", to=to, headers=fault).chunks
    told = [(choice["delta"]["content"], choice["finish_reason"]) for chunk in chunks for choice in chunk["choices"]]
    assert told == [("", None)] * 3 + [("one", "length")]
