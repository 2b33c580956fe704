from __future__ import annotations

import pytest

from understudy.faults import Place, parse
from understudy.faults.early_end import FAULT
from understudy.model.frame import Brackets
from understudy.model.plan import Ending
from understudy.wire.response import LAST_CHUNK


@pytest.mark.parametrize(("place", "events"), [("", 4), (";event=1", 0), (";event=3", 2), (";token=3", 3), (";at=end", 7)])
def test_the_stream_ends_before_the_place_with_its_last_chunk(place, events, play):
    sound = play("malformed;event=9")
    assert play(f"early-end{place}") == [*sound[: 1 + events], LAST_CHUNK]


def test_at_a_time_it_ends_whatever_is_left(play):
    assert play("early-end;time=1200ms", waits=0.5)[-1] == LAST_CHUNK
    assert play("early-end;time=1200ms", waits=0.5, chunked=False)[-1] is Ending.CLOSE


@pytest.mark.parametrize(("place", "end"), [("", 1.5), (";event=3", 1.0), (";token=3", 1.5), (";at=end", 3.0)])
def test_it_ends_when_the_event_was_due_before_which_it_does(place, end, play, timed):
    assert timed(play(f"early-end{place}", waits=0.5))[-1] == (end, LAST_CHUNK)


def test_what_is_not_sent_is_not_counted(sample, context):
    (armed,) = parse("early-end;event=3")
    assert armed.fault.on_frames(sample(), context()).completion_tokens == 1


def test_a_whole_answer_stays_as_it_is(sample, context, play):
    body = sample(stream=False)
    assert FAULT().on_frames(body, context(stream=False)) is body
    assert play("early-end;time=0", stream=False) == play("malformed", stream=False)


@pytest.mark.parametrize(
    ("place", "last", "found"),
    [("", 0, True), ("", 1, False), (";event=7", 0, True), (";at=end", 0, False), (";time=1s", 1, True)],
)
def test_behind_the_last_event_there_is_nothing_to_leave_out(place, last, found, sample, context):
    (armed,) = parse(f"early-end{place}")
    where = context()
    where.tokens = [0, 1, 1, 1, 0, 0, last]
    assert armed.fault.finds(where) == found
    stream = sample()
    assert (armed.fault.on_frames(stream, where) is stream) == (not found or "time" in place)


def test_an_array_is_not_closed(context):
    where = context()
    where.brackets = Brackets(b"[", b",", b"]")
    assert FAULT(at=Place("end")).finds(where)


@pytest.mark.parametrize("server", ["vllm", "tgi"])
def test_a_last_text_that_says_why_the_answer_ended_says_it_no_more(server, engine, ask, chat):
    body, fault = chat(stream=True, max_tokens=2), {"x-understudy-fault": "early-end"}
    path, to = f"/{server}/v1/chat/completions", engine("rules: [{reply: one two three}]")
    sound, cut = (ask(body, path, to=to, headers=headers).body for headers in ({}, fault))
    *events, mark, _ = sound.split(b"\n\n")
    assert (mark, events[-1].count(b'"finish_reason":"length"')) == (b"data: [DONE]", 1)
    assert cut.split(b"\n\n")[:-1] == [*events[:-1], events[-1].replace(b'"length"', b"null")]
