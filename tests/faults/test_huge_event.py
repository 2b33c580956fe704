from __future__ import annotations

import json

from msgspec import structs

from understudy.faults.huge_event import FAULT


def test_an_event_has_that_much_text(play, body_of, texts):
    events = texts(body_of(play("huge-event;bytes=100000;event=3")))
    assert json.loads(events[2])["choices"][0]["delta"]["content"] == "x" * 100_000
    assert len(events) == 6


def test_it_is_a_mebibyte_unless_told_otherwise(sample, context):
    assert max(map(len, FAULT().on_frames(sample(), context()).events())) > 1 << 20


def test_where_there_is_no_text_a_comment_is_as_large(play, body_of):
    assert body_of(play("huge-event;bytes=1000;event=1")).startswith(b": " + b"x" * 1000 + b"\n\ndata: ")
    assert body_of(play("huge-event;bytes=1000;at=end")).endswith(b"[DONE]\n\n: " + b"x" * 1000 + b"\n\n")


def test_streams_of_another_form_have_no_comments(sample, context):
    lines = structs.replace(sample(), content_type="application/x-ndjson", grammar=None)
    assert FAULT().on_frames(lines, context()).events() == lines.events()
