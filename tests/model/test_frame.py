from __future__ import annotations

import pytest

from understudy.model.frame import Frames, Opened, Sheet, Stream, joined
from understudy.model.lazy import Made


def test_the_joint_stands_in_every_frame_of_the_sheet():
    stream = Stream(Sheet([(b"a", b"1"), (b"b", b"2")], [0, 1]), b"-", (b"end",))
    assert stream.events() == [b"a-1", b"b-2", b"end"]


def test_frames_are_made_of_what_is_shared_and_what_is_the_streams_own():
    rows = [b"a", b"b", b"d"]
    frames = Frames(
        rows, lambda row, place: b"%b|%d" % (row, place), (b"first",), Made(2, lambda place: (b"last", b"end")[place])
    )
    told = [b"first", b"a|0", b"b|1", b"d|2", b"last", b"end"]
    assert [data for data, tail in frames if tail == b""] == told
    assert len(frames) == len(told)
    assert [frames[at][0] for at in range(-6, 6)] == told * 2
    assert [data for data, _ in frames[1:5]] == told[1:5]
    assert [data for data, _ in frames[:-2]] == told[:-2]
    assert frames[6:] == []
    with pytest.raises(IndexError):
        frames[6]


def test_frames_of_a_stream_stand_before_those_it_shares():
    shared = [(b"a", b"1"), (b"b", b"2")]
    frames = Opened((b"own", b"more"), shared)
    told = [(b"own", b""), (b"more", b""), *shared]
    assert list(frames) == frames[:] == [frames[at] for at in range(4)] == told
    assert (frames[-1], frames[1:3]) == (told[-1], told[1:3])
    with pytest.raises(IndexError):
        frames[4]


@pytest.mark.parametrize(
    ("tokens", "lead", "timed"),
    [
        ([0, 1, 1, 0, 0], 0, [0, 1, 1]),
        ([0, 1, 1], 0, [0, 1, 1]),
        ([0, 0, 2, 0], 1, [0, 0, 2]),
        ([0, 0, 0], 2, [0, 0, 0]),
        ([0, 0], 0, [0, 0]),
        ([], 0, []),
    ],
)
def test_frames_behind_the_last_token_have_no_time_of_their_own(tokens, lead, timed):
    assert Sheet([(b"", b"")] * len(tokens), tokens, lead=lead).own_time() == bytes(timed)


def test_sheets_of_single_streams_take_their_time_from_the_one_they_show():
    whole = Sheet([], [0, 1, 1, 0], lead=1)
    shown = whole.showing(Frames([b"a", b"b", b"c", b"d"]))
    assert (shown.timed, shown.lead, shown.tokens) == (bytes([0, 1, 1]), 1, bytes([0, 1, 1, 0]))
    assert shown.own_time() is whole.own_time()


def test_a_frame_that_many_share_is_told_with_the_joint_of_one():
    assert joined(b"-", (b"head", b"end"), 3) == b"head-end"
