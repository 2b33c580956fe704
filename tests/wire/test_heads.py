"""Heads are shared by connections that send the same bytes, and by nobody else."""

from __future__ import annotations

import pytest

from understudy.model.http import Refusal
from understudy.wire.heads import LONGEST, MOST, Heads, around_length
from understudy.wire.http1 import Limits, Parser

HEAD = b"POST /v1/x HTTP/1.1\r\nhost: a\r\nContent-Length: %d\r\nx-a: 1\r\n\r\n"


def read(heads, data):
    parser = Parser(Limits(), heads)
    parser.feed(data)
    return parser.next()


def test_two_connections_share_a_head_whatever_the_length_of_the_body():
    heads = Heads()
    first, body = read(heads, HEAD % 2 + b"ab")
    second, other = read(heads, HEAD % 3 + b"abc")
    assert second is first
    assert (body, other) == (b"ab", b"abc")


def test_a_head_that_ends_its_connection_is_shared_too():
    heads = Heads()
    data = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
    assert read(heads, data)[0] is read(heads, data)[0]
    assert not read(heads, data)[0].keep_alive


@pytest.mark.parametrize(
    "data",
    [
        (HEAD % 2).replace(b"host: a", b"host: b") + b"ab",
        (HEAD % 2).replace(b"x-a: 1", b"x-a: 2") + b"ab",
        (HEAD % 2).replace(b"/v1/x", b"/v1/y") + b"ab",
        (HEAD % 2).replace(b"POST", b"PUT") + b"ab",
    ],
)
def test_another_head_is_another(data):
    heads = Heads()
    first, _ = read(heads, HEAD % 2 + b"ab")
    assert read(heads, data)[0] is not first


@pytest.mark.parametrize("length", [b"2, 2", b"+2", b"2\r\ncontent-length: 3", b"99999999999999999999999999", b"-1", b""])
def test_a_wrong_length_is_refused_though_the_rest_is_known(length):
    heads = Heads()
    read(heads, HEAD % 2 + b"ab")
    assert isinstance(read(heads, (HEAD % 2).replace(b"Length: 2", b"Length: " + length) + b"ab"), Refusal)


def test_a_chunked_head_is_shared_and_its_body_is_its_own():
    heads = Heads()
    head = b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
    first = read(heads, head + b"1\r\na\r\n0\r\n\r\n")
    second = read(heads, head + b"2\r\nbc\r\n0\r\n\r\n")
    assert second[0] is first[0]
    assert (first[1], second[1]) == (b"a", b"bc")


def test_heads_are_bounded_in_number_and_size():
    heads = Heads()
    for number in range(MOST + 5):
        read(heads, b"GET /%d HTTP/1.1\r\nhost: a\r\n\r\n" % number)
    assert len(heads) == MOST
    large = b"GET /large HTTP/1.1\r\nhost: a\r\nx: " + b"y" * LONGEST + b"\r\n\r\n"
    assert read(heads, large)[0] is not read(heads, large)[0]


def test_a_head_is_parted_at_its_length():
    assert around_length(b"GET / HTTP/1.1\r\na: 1\r\n\r\n") == (b"GET / HTTP/1.1\r\na: 1\r\n\r\n", b"", b"")
    assert around_length(b"x\r\ncontent-length:  12 \r\n\r\n") == (b"x\r\ncontent-length:  ", b"12", b" \r\n\r\n")


def test_a_new_connection_expects_the_head_of_the_last_one():
    heads = Heads()
    first, _ = read(heads, HEAD % 2 + b"ab")
    data = HEAD % 3 + b"abc"
    assert Parser(Limits(), heads).whole(data) == (first, b"abc", len(data))
    assert Parser(Limits(), heads).whole(data.replace(b"host: a", b"host: b")) is None


def test_connections_that_share_a_head_do_not_share_the_length_of_their_bodies():
    heads = Heads()
    read(heads, HEAD % 2 + b"ab")
    one, other = Parser(Limits(), heads), Parser(Limits(), heads)
    for size in (3, 2, 12, 3):
        body = b"x" * size
        for parser in (one, other):
            found = parser.whole(HEAD % size + body)
            assert found is not None
            assert found[1] == body
            assert parser.whole(HEAD % size + body[:-1]) is None
            body = b"y" * size


def test_a_length_over_the_limit_is_not_taken_for_one_seen_before():
    heads = Heads()
    limits = Limits(max_body=4)
    parser = Parser(limits, heads)
    parser.feed(HEAD % 4 + b"abcd")
    parser.next()
    assert Parser(limits, heads).whole(HEAD % 5 + b"abcde") is None
