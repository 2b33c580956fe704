from __future__ import annotations

import pytest

from understudy.faults.bad_chunk import FAULT
from understudy.model.plan import Ending


@pytest.mark.parametrize(("place", "sent"), [("", 1), (";event=4", 4), (";token=1", 2), (";at=after-headers", 1)])
def test_the_size_of_one_chunk_is_no_number_and_then_it_is_over(place, sent, play):
    sound = play("malformed;event=9")
    *before, bad, end = play(f"bad-chunk{place}")
    assert before == sound[:sent]
    assert bad == b"xyz\r\n" + sound[sent].partition(b"\r\n")[2]
    assert end is Ending.CLOSE


@pytest.mark.parametrize("behind", ["early-end;event=4", "error-event;event=4", "stall;event=4", "early-end;at=end"])
def test_nothing_comes_behind_it(behind, play):
    assert play(f"bad-chunk;event=3, {behind}") == play("bad-chunk;event=3")


def test_the_default_of_an_error_event_is_behind_it(play):
    assert play("bad-chunk, error-event") == play("bad-chunk")


@pytest.mark.parametrize("line", ["-5", "", "0x5", "ffffffffffffffffffff"])
def test_the_line_may_be_chosen(line, play):
    assert play(f'bad-chunk;line="{line}"')[1].startswith(line.encode() + b"\r\ndata: ")


def test_what_is_not_chunked_stays_as_it_is(play):
    for way in ({"stream": False}, {"chunked": False}):
        assert play("bad-chunk", **way) == play("malformed;event=9", **way)


def test_at_the_end_of_the_events_there_is_still_a_chunk_to_spoil(context):
    where = context()
    where.chunked, where.head_bytes = True, 1
    assert list(FAULT().on_steps([b"h", b"0\r\n\r\n"], where)) == [b"h", b"xyz\r\n\r\n", Ending.CLOSE]


def test_what_is_not_chunked_is_not_struck(context):
    where = context()
    assert not FAULT().finds(where)
    where.chunked = True
    assert FAULT().finds(where)
