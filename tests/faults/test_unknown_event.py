from __future__ import annotations

from msgspec import structs

from understudy.faults.unknown_event import FAULT


def test_type_and_data_may_be_chosen(play, body_of):
    body = body_of(play("unknown-event;type=x.y;data=nothing;event=1"))
    assert body.startswith(b"event: x.y\ndata: nothing\n\n")


def test_it_comes_before_the_first_text(play, body_of):
    before, _, behind = body_of(play("unknown-event")).partition(b'event: vendor.unknown\ndata: {"type":"vendor.unknown"}\n\n')
    assert before.count(b"data: ") == 1
    assert behind.startswith(b"data: ")
    assert b'"One"' in behind.partition(b"\n")[0]


def test_streams_of_another_form_have_no_event_types(sample, context):
    lines = structs.replace(sample(), content_type="application/x-ndjson")
    assert FAULT().on_frames(lines, context()).events() == lines.events()
