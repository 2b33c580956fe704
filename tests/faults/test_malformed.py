from __future__ import annotations

import json

import pytest

from understudy.faults.malformed import BROKEN, Malformed
from understudy.model.frame import Body, Sheet, Stream


def stream():
    return Stream(Sheet([(b"a", b"1"), (b"b", b"2"), (b"c", b"3")], [0, 1, 1]), b"-", (b"usage", b"done"))


@pytest.mark.parametrize(
    ("event", "events"),
    [
        (1, [BROKEN]),
        (2, [b"a-1", BROKEN]),
        (4, [b"a-1", b"b-2", b"c-3", BROKEN]),
        (5, [b"a-1", b"b-2", b"c-3", b"usage", BROKEN]),
        (6, [b"a-1", b"b-2", b"c-3", b"usage", b"done"]),
    ],
)
def test_the_stream_ends_with_the_broken_event(event, events):
    assert Malformed(event).on_frames(stream()).events() == events


def test_a_sheet_that_others_share_is_left_alone():
    whole = stream()
    sheet = whole.sheet
    Malformed(2).on_frames(whole)
    assert len(sheet.frames) == 3


def test_what_was_not_sent_is_not_counted():
    assert Malformed(3).on_frames(stream()).completion_tokens == 1


def test_a_whole_answer_stays_whole():
    body = Body(b"{}")
    assert Malformed(1).on_frames(body) is body


def test_the_broken_event_is_no_json():
    with pytest.raises(json.JSONDecodeError):
        json.loads(BROKEN.removeprefix(b"data: "))


def test_the_next_request_is_not_affected(ask, chat):
    broken = ask(chat(stream=True), "/v1/chat/completions?fail_chunk=2")
    assert len(broken.events) == 2
    assert ask(chat(stream=True)).text()
