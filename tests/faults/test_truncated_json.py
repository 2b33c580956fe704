from __future__ import annotations

import json

import pytest

from understudy.faults.truncated_json import FAULT
from understudy.model.frame import Body


@pytest.mark.parametrize("keep", [7, 40, 10**9])
def test_what_is_left_of_the_event_is_no_json(keep, play, body_of, texts):
    *_, last = texts(body_of(play(f"truncated-json;keep={keep}")))
    with pytest.raises(json.JSONDecodeError):
        json.loads(last)


def test_a_whole_document_loses_its_end_and_says_so(play):
    (answer,) = play("truncated-json;keep=10", stream=False)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert body == b'{"id":"c1"'
    assert head.endswith(b"content-length: 10")


def test_a_stream_may_go_on_behind_it(play, body_of, texts):
    assert len(texts(body_of(play("truncated-json;then=go-on")))) == 6
    assert len(texts(body_of(play("truncated-json;then=end")))) == 2


def test_the_end_of_a_stream_is_no_event_to_cut(play):
    assert play("truncated-json;at=end") == play("malformed;event=9")


def test_where_there_is_nothing_nothing_is_cut(context):
    empty = Body(b"")
    for fault in (FAULT(), FAULT(keep=5)):
        assert fault.on_frames(empty, context(stream=False)) is empty
