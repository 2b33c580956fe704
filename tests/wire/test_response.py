"""Answers are valid HTTP/1.1 bytes, and no field can break out of its line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understudy.wire.response import LAST_CHUNK, chunk, field, head, http_date, status_line

REPEATABLE = settings(deadline=None, derandomize=True, database=None)


@pytest.mark.parametrize(
    ("status", "line"),
    [
        (200, b"HTTP/1.1 200 OK\r\n"),
        (413, b"HTTP/1.1 413 Content Too Large\r\n"),
        (429, b"HTTP/1.1 429 Too Many Requests\r\n"),
        (529, b"HTTP/1.1 529 Overloaded\r\n"),
        (599, b"HTTP/1.1 599 \r\n"),
        (299, b"HTTP/1.1 299 \r\n"),
    ],
)
def test_status_lines(status, line):
    assert status_line(status) == line


@pytest.mark.parametrize("status", [0, 99, 1000, -1])
def test_a_status_has_three_digits(status):
    with pytest.raises(ValueError, match=f"status {status}"):
        status_line(status)


def test_a_head_with_a_length():
    assert head(200, [("content-type", "application/json"), ("x-a", "b")], length=12, close=False) == (
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-a: b\r\ncontent-length: 12\r\n\r\n"
    )


def test_a_chunked_head():
    assert head(200, [], length=None, chunked=True, close=False) == b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


def test_a_head_that_says_goodbye():
    assert head(400, [], length=0, close=True).endswith(b"content-length: 0\r\nconnection: close\r\n\r\n")


def test_a_1_0_client_is_told_that_the_connection_is_kept():
    assert head(200, [], length=0, close=False, version="1.0") == (
        b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n"
    )


def test_a_1_0_stream_ends_by_close():
    assert head(200, [], length=None, close=True, version="1.0") == b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"


@pytest.mark.parametrize("framing", [{"length": 1, "version": "1.1"}, {"length": None, "version": "1.0"}])
def test_framing_that_contradicts_itself_is_an_error(framing):
    with pytest.raises(ValueError, match="chunked framing"):
        head(200, [], chunked=True, close=False, **framing)


@pytest.mark.parametrize("value", ["a\r\nset-cookie: b", "a\nb", "a\rb", "a\x00b", "\x7f", "\x1b[0m", "snow ☃", "\ud800"])
def test_nothing_breaks_out_of_a_value(value):
    with pytest.raises(ValueError, match="header x-model"):
        field("x-model", value)


@pytest.mark.parametrize("name", ["", "a b", "a:", "a\r\n", "ä", "a\x00"])
def test_a_name_is_a_token(name):
    with pytest.raises(ValueError, match="header name"):
        field(name, "x")


SAFE = [chr(code) for code in range(256) if code == 9 or (code >= 32 and code != 127)]
"""What a value may hold (RFC 9110 section 5.5): a tab, and what is no control character of ASCII."""


@REPEATABLE
@given(st.text(st.sampled_from(SAFE)))
def test_any_safe_value_is_one_line(value):
    assert field("x", value) == b"x: " + value.encode("latin-1") + b"\r\n"


@REPEATABLE
@given(st.text(st.sampled_from(SAFE)), st.characters(exclude_characters=SAFE), st.text())
def test_any_other_value_is_an_error(before, other, behind):
    with pytest.raises(ValueError, match="header x"):
        field("x", before + other + behind)


@REPEATABLE
@given(st.binary(max_size=5000))
def test_chunks_say_their_size(data):
    framed = chunk(data)
    size, _, rest = framed.partition(b"\r\n")
    assert framed == b"" if not data else (int(size, 16) == len(data) and rest == data + b"\r\n")


def test_only_the_last_chunk_ends_a_body():
    assert chunk(b"") == b""
    assert LAST_CHUNK == b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("unix", "date"),
    [
        (0, b"Thu, 01 Jan 1970 00:00:00 GMT"),
        (784111777, b"Sun, 06 Nov 1994 08:49:37 GMT"),
        (1709208000, b"Thu, 29 Feb 2024 12:00:00 GMT"),
        (4102444799, b"Thu, 31 Dec 2099 23:59:59 GMT"),
    ],
)
def test_dates(unix, date):
    assert http_date(unix) == date
