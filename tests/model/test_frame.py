from __future__ import annotations

from understudy.model.frame import Sheet, Stream


def test_the_joint_stands_in_every_frame_of_the_sheet():
    stream = Stream(Sheet([(b"a", b"1"), (b"b", b"2")], [0, 1]), b"-", (b"end",))
    assert stream.events() == [b"a-1", b"b-2", b"end"]
