from __future__ import annotations

from msgspec import structs

from understudy.faults.missing_usage import FAULT


def test_only_that_part_is_missing(play, body_of):
    whole, damaged = body_of(play("malformed;event=9")), body_of(play("missing-usage"))
    assert b'"usage"' in whole
    assert b'"usage"' not in damaged
    assert damaged.count(b"data: ") == whole.count(b"data: ") - 1


def test_whole_answers_and_strange_streams_stay_as_they_are(sample, context):
    strange, body = structs.replace(sample(), grammar=None), sample(stream=False)
    assert FAULT().on_frames(strange, context()) is strange
    assert FAULT().on_frames(body, context(stream=False)) is body
