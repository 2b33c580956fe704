"""Answers read back from their bytes."""

from __future__ import annotations

import pytest

from understudy.wire.answer import dechunked, fields_of


def test_fields_are_read_and_what_follows_the_head_is_none():
    answer = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 2\r\nx-a:b: c \r\n\r\nretry-after: 9\r\n"
    assert list(fields_of(answer)) == [("retry-after", "2"), ("x-a", "b: c")]


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK", b"HTTP/1.1 200 OK\r\ncontent-"])
def test_a_head_that_breaks_off_has_what_came_whole(answer):
    assert list(fields_of(answer)) == []


@pytest.mark.parametrize(
    ("framed", "data"),
    [
        (b"3\r\nabc\r\n2;x=1\r\nde\r\n0\r\n\r\n", b"abcde"),
        (b"3\r\nabc\r\n5\r\nde", b"abcde"),
        (b"3\r\nabc\r\nno size\r\nde", b"abcno size\r\nde"),
        (b"", b""),
    ],
)
def test_the_framing_is_taken_off_as_far_as_it_goes(framed, data):
    assert dechunked(framed) == data
