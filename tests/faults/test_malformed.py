from __future__ import annotations

import json

import pytest

from understudy.faults import Place
from understudy.faults.malformed import BROKEN, Malformed
from understudy.model.frame import Body


@pytest.mark.parametrize(
    ("place", "events"),
    [
        (Place("event", 1), [BROKEN]),
        (None, [BROKEN]),
        (Place("event", 2), [b"a-1", BROKEN]),
        (Place("token", 2), [b"a-1", b"b-2", BROKEN]),
        (Place("event", 4), [b"a-1", b"b-2", b"c-3", BROKEN]),
        (Place("event", 5), [b"a-1", b"b-2", b"c-3", b"usage", BROKEN]),
        (Place("event", 6), [b"a-1", b"b-2", b"c-3", b"usage", b"done"]),
        (Place("token", 3), [b"a-1", b"b-2", b"c-3", b"usage", b"done"]),
        (Place("end"), [b"a-1", b"b-2", b"c-3", b"usage", b"done", BROKEN]),
    ],
)
def test_the_stream_ends_with_the_broken_event(struck_stream, place, events):
    stream, context = struck_stream()
    assert Malformed(at=place).on_frames(stream, context).events() == events


def test_a_sheet_that_others_share_is_left_alone(struck_stream):
    stream, context = struck_stream()
    sheet = stream.sheet
    Malformed(at=Place("event", 2)).on_frames(stream, context)
    assert len(sheet.frames) == 3


def test_what_was_not_sent_is_not_counted(struck_stream):
    stream, context = struck_stream()
    assert Malformed(at=Place("event", 3)).on_frames(stream, context).completion_tokens == 1


def test_a_whole_answer_stays_whole(striking):
    body = Body(b"{}")
    assert Malformed().on_frames(body, striking()) is body


def test_the_broken_event_is_no_json():
    with pytest.raises(json.JSONDecodeError):
        json.loads(BROKEN.removeprefix(b"data: "))


def test_the_next_request_is_not_affected(ask, chat):
    broken = ask(chat(stream=True), "/v1/chat/completions?fail_chunk=2")
    assert len(broken.events) == 2
    assert ask(chat(stream=True)).text()
