"""Events with holes: nothing that JSON says is taken for a hole, and what is filled in is what was left out."""

import msgspec

from understudy.dialects._stencil import Row, as_sheet, cut_out, fill, hole


def test_values_come_where_their_holes_are():
    data = msgspec.json.encode({"id": hole(1), "a": [hole(0), {"b": hole(1)}]})
    assert fill(cut_out(data), (b'"x"', b"7")) == b'{"id":7,"a":["x",{"b":7}]}'


def test_no_text_is_a_hole():
    data = msgspec.json.encode({"text": "\0" + "0\0 %b", "id": hole(0)})
    assert cut_out(data).holes == (0,)
    assert msgspec.json.decode(fill(cut_out(data), (b"1",))) == {"text": "\0" + "0\0 %b", "id": 1}


def test_an_event_without_holes_is_itself():
    row = cut_out(b"{}")
    assert fill(row, ()) is row.parts[0]


def test_rows_with_the_same_holes_make_a_sheet_with_one_joint():
    rows = [cut_out(b"a\0" + b"0\0-\0" + b"1\0b"), cut_out(b"c\0" + b"0\0-\0" + b"1\0d")]
    sheet, joint = as_sheet(rows, [0, 1])
    assert fill(joint, (b"x", b"y")) == b"x-y"
    assert [fill(joint, (b"x", b"y")).join(frame) for frame in sheet.frames] == [b"ax-yb", b"cx-yd"]


def test_rows_that_differ_in_more_than_their_ends_make_none():
    assert as_sheet([], []) is None
    assert as_sheet([Row((b"a",), ())], [0]) is None
    assert as_sheet([Row((b"a", b"-", b"b"), (0, 1)), Row((b"a", b"+", b"b"), (0, 1))], [0, 0]) is None
    assert as_sheet([Row((b"a", b"b"), (0,)), Row((b"a", b"b"), (1,))], [0, 0]) is None
