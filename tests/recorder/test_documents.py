"""Documents out of streams of every form, each at the moment it was whole."""

from __future__ import annotations

from base64 import b64encode

import pytest

from understudy.recorder.documents import FRAMES, Moments, documents, form_of, object_of
from understudy.wire.eventstream import encode


@pytest.mark.parametrize(
    ("content_type", "streamed", "begins", "form"),
    [
        ("text/event-stream; charset=utf-8", True, b"data", "events"),
        ("Application/X-NDJSON", True, b"{", "lines"),
        (FRAMES, True, b"\0", "frames"),
        ("application/json", True, b" [{", "array"),
        ("application/json", False, b"[{", "whole"),
        ("application/json", True, b"{", "whole"),
        ("", False, b"", "whole"),
    ],
)
def test_forms(content_type, streamed, begins, form):
    assert form_of(content_type, streamed=streamed, begins=begins) == form


def test_moments():
    moments = Moments([(0.1, b"ab"), (0.2, b""), (0.3, b"c")])
    assert [moments.of(end) for end in (0, 1, 2, 3, 9)] == [0.1, 0.1, 0.1, 0.3, 0.3]
    assert Moments([]).of(1) == 0.0


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_events_whose_ends_are_cut_anywhere(line_end):
    data = (b'data: {"n": 1}' + line_end * 2) + (b": ping" + line_end * 2) + (b"data: [DONE]" + line_end * 2)
    for cut in range(1, len(data)):
        found = documents("events", [(0.1, data[:cut]), (0.2, data[cut:])])
        first = 14 + 2 * len(line_end)
        assert found == [(0.1 if cut >= first else 0.2, {"n": 1})]


def test_lines_and_an_empty_one():
    found = documents("lines", [(0.1, b'{"n":1}\n{"n":'), (0.2, b'2}\n\n{"n":3}')])
    assert found == [(0.1, {"n": 1}), (0.2, {"n": 2}), (0.2, {"n": 3})]


def test_an_array_as_it_comes():
    found = documents("array", [(0.1, '[{"n":"é]"}\r\n'.encode()), (0.2, b',\r\n{"n":{}}\r\n'), (0.3, b"]")])
    assert found == [(0.1, {"n": "é]"}), (0.2, {"n": {}})]


def test_an_array_without_its_end():
    assert documents("array", [(0.1, b'[{"n":1},')]) == [(0.1, {"n": 1})]
    assert documents("array", [(0.1, b'[{"n":1},{"n"')]) is None


def test_frames_under_their_type_and_what_is_packed_in_them():
    def frame(kind, payload, how="event"):
        return encode({f":{how}-type": kind, ":message-type": how}, payload)

    packed = b'{"bytes":"' + b64encode(b'{"inner":1}') + b'","p":"ab"}'
    data = [frame("messageStart", b'{"role":"a"}'), frame("chunk", packed), frame("oh", b'{"message":"m"}', "exception")]
    assert documents("frames", [(i / 10, part) for i, part in enumerate(data)]) == [
        (0.0, {"messageStart": {"role": "a"}}),
        (0.1, {"inner": 1}),
        (0.2, {"exception": "oh", "message": "m"}),
    ]
    assert documents("frames", [(0.0, data[0][:-1])]) is None


@pytest.mark.parametrize(
    ("form", "data"), [("whole", b"[1]"), ("lines", b"1\n"), ("events", b"data: x\n\n"), ("array", b"[1]")]
)
def test_what_is_no_object(form, data):
    assert documents(form, [(0.1, data)]) is None


def test_objects():
    assert (object_of(b'{"a":1}'), object_of(b"[]"), object_of(b"\xff")) == ({"a": 1}, None, None)
