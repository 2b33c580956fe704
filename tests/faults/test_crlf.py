from __future__ import annotations

from msgspec import structs

from understudy.faults.crlf import FAULT


def test_every_line_ends_in_cr_lf(sample, context):
    changed = FAULT().on_frames(sample(), context())
    body = b"".join(changed.events())
    assert body.count(b"\n") == body.count(b"\r\n") == 14
    assert body.replace(b"\r\n", b"\n") == b"".join(sample().events())
    assert list(changed.sheet.tokens) == [0, 1, 1, 1, 0, 0, 0]


def test_twice_is_as_good_as_once(play):
    assert play("crlf,crlf") == play("crlf")


def test_nothing_else_has_its_lines_changed(sample, context):
    for answer in (sample(stream=False), structs.replace(sample(), content_type="application/x-ndjson")):
        assert FAULT().on_frames(answer, context()) is answer


def test_what_ends_so_already_stays_as_it_is(sample, context):
    changed = FAULT().on_frames(sample(), context())
    assert FAULT().on_frames(changed, context()) is changed
