from __future__ import annotations

import pytest

from understudy.dialects._emptied import emptying

PRETTY = b'{\n  "a": 1,\n  "list": [\n    {\n      "b": []\n    }\n  ]\n}\n'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"list":[1],"a":2.50}', b'{"list":[],"a":2.5}'),
        (b'data: {"a":1,"list":[{"x":"}"}]}\n\n', b'data: {"a":1,"list":[]}\n\n'),
        (b',\r\n{"list":[1]}\r\n', b',\r\n{"list":[]}\r\n'),
        (PRETTY, b'{\n  "a": 1,\n  "list": []\n}\n'),
    ],
)
def test_the_list_is_empty_and_the_rest_stays(data, expected):
    assert emptying("list")(data) == expected


@pytest.mark.parametrize("data", [b"data: [DONE]\n\n", b": PROCESSING\n\n", b'{"other":[1]}', b"{broken}", b"]", b""])
def test_what_has_no_such_list_stays(data):
    assert emptying("list")(data) == data


def test_the_member_may_be_left_out_and_written_otherwise():
    assert emptying("list", stays=False)(b'[{"list":[1],"a":1}') == b'[{"a":1}'
    assert emptying("list", write=lambda value: b"<%d>" % len(value))(b'x {"list":[1],"a":1} y') == b"x <2> y"
