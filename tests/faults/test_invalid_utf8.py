from __future__ import annotations

import pytest
from msgspec import structs

from understudy.faults.invalid_utf8 import FAULT, HALF
from understudy.model.frame import Body


@pytest.mark.parametrize("event", range(1, 8))
def test_every_event_can_be_spoiled(event, play, body_of):
    body = body_of(play(f"invalid-utf8;event={event}"))
    with pytest.raises(UnicodeDecodeError):
        body.decode()
    lines = [line for line in body.split(b"\n\n") if HALF in line]
    assert len(lines) == 1
    assert lines[0].startswith(b"data: ")
    assert body.count(b"\n\n") == 7


def test_without_a_grammar_the_last_string_is_spoiled(sample, context):
    strange = structs.replace(sample(), grammar=None)
    assert FAULT().on_frames(strange, context()).events()[1].endswith(b'"finish_reason%b":null}]}\n\n' % HALF)


def test_a_whole_answer_is_spoiled_inside_a_string(play):
    (answer,) = play("invalid-utf8", stream=False)
    assert b"three" + HALF + b'"' in answer


def test_what_has_no_string_is_spoiled_too(sample, context):
    body = structs.replace(sample(stream=False), data=b"5\n")
    assert FAULT().on_frames(body, context(stream=False)).data == b"5" + HALF + b"\n"


def test_where_there_is_nothing_nothing_is_spoiled(context):
    empty = Body(b"")
    assert FAULT().on_frames(empty, context(stream=False)) is empty
