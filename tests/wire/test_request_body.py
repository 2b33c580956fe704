"""Bodies arrive whole whatever the framing and the cuts, and every limit bites while they arrive."""

from __future__ import annotations

import gzip
import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understudy.model.http import Refusal
from understudy.wire.http1 import Limits, Parser
from understudy.wire.request_body import MAX_LINE

REPEATABLE = settings(deadline=None, derandomize=True, database=None)
CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
LIMITS = Limits(max_body=100, max_header=300, max_header_count=5)
TEXT = b'{"model": "gpt-4o-mini", "messages": []}'
PACKED = gzip.compress(TEXT, mtime=0)


def sized(body: bytes, coding: bytes = b"") -> bytes:
    field = b"Content-Encoding: %b\r\n" % coding if coding else b""
    return b"POST / HTTP/1.1\r\nHost: a\r\n%bContent-Length: %d\r\n\r\n%b" % (field, len(body), body)


@pytest.mark.parametrize(
    "chunks",
    [
        b"5\r\nhello\r\n0\r\n\r\n",
        b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        b"005\r\nhello\r\n000\r\n\r\n",
        b'5;name=value\r\nhello\r\n0;x="y; z"\r\n\r\n',
        b"5 ;a\r\nhello\r\n0\r\n\r\n",
        b"5\r\nhello\r\n0\r\nX-Checksum: abc\r\nX-More:\r\n\r\n",
        b"1\r\nh\r\n1\r\ne\r\n1\r\nl\r\n1\r\nl\r\n1\r\no\r\n0\r\n\r\n",
    ],
)
def test_chunks(deliver, chunks):
    ((head, body),) = deliver(CHUNKED + chunks)
    assert body == b"hello"
    assert "x-checksum" not in head.headers


@pytest.mark.parametrize(
    "chunks",
    [
        b"x\r\n",
        b"\r\nhello",
        b"-1\r\n",
        b"+5\r\nhello\r\n",
        b"0x5\r\nhello\r\n",
        b" 5\r\nhello\r\n",
        b"5 \r\nhello\r\n",
        b"5\nhello\r\n",
        b"5\rhello\r\n",
        b"5_0\r\nhello",
        b"00000000000000005\r\nhello\r\n",
        b"fffffffffffffffff\r\nhello",
        b"5\r\nhello0\r\n\r\n",
        b"5\r\nhello\n0\r\n\r\n",
        b"5\r\nhello!\r\n",
        b"5;a\x00b\r\nhello\r\n",
        b"5;a\rb\r\nhello\r\n",
        b"5;a=" + b"b" * MAX_LINE,
        b"0\r\nno colon\r\n\r\n",
        b"0\r\n: x\r\n\r\n",
        b"0\r\nX: a\x00\r\n\r\n",
        b"0\r\nX: a\n\r\n",
        b"0\r\n X: a\r\n\r\n",
        b"0\nX: a\r\n\r\n",
    ],
)
def test_bad_chunks_are_refused(refused, chunks):
    refusal = refused(CHUNKED + chunks)
    assert refusal.status == 400
    assert refusal.head is not None


@pytest.mark.parametrize(
    ("status", "chunks"),
    [
        (413, b"65\r\n"),
        (413, b"7fffffffffffffff\r\n"),
        (413, b"40\r\n" + b"x" * 64 + b"\r\n40\r\n"),
        (413, b"1;" + b"a" * 301 + b"\r\nx\r\n"),
        (413, (b"1;" + b"a" * 100 + b"\r\nx\r\n") * 4),
        (431, b"0\r\nX: " + b"a" * 300 + b"\r\n"),
        (431, b"0\r\n" + b"X: a\r\n" * 6),
    ],
)
def test_limits_bite_while_chunks_arrive(refused, status, chunks):
    assert refused(CHUNKED + chunks, LIMITS).status == status


@REPEATABLE
@given(st.lists(st.binary(min_size=1, max_size=40), max_size=8), st.data())
def test_any_chunking_with_any_cuts_gives_the_same_body(parse, pieces, data):
    wire = CHUNKED + b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=6)))
    parts = [wire[a:b] for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    ((_, body),) = parse(parts)
    assert body == b"".join(pieces)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        (b"gzip", PACKED),
        (b"x-gzip", PACKED),
        (b"gzip", gzip.compress(TEXT[:5], mtime=0) + gzip.compress(b"", mtime=0) + gzip.compress(TEXT[5:], mtime=0)),
        (b"deflate", zlib.compress(TEXT)),
        (b"deflate", raw_deflate(TEXT)),
        (b"identity", TEXT),
    ],
)
def test_compressed_bodies_are_inflated(deliver, coding, packed):
    ((_, body),) = deliver(sized(packed, coding))
    assert body == TEXT


def test_compressed_chunked_bodies_are_inflated(deliver):
    packed = gzip.compress(TEXT[:5]) + gzip.compress(TEXT[5:])
    head = CHUNKED.replace(b"Transfer", b"Content-Encoding: gzip\r\nTransfer")
    wire = head + b"".join(b"1\r\n%c\r\n" % byte for byte in packed) + b"0\r\n\r\n"
    ((_, body),) = deliver(wire)
    assert body == TEXT


@pytest.mark.parametrize("coding", [b"gzip", b"deflate"])
def test_no_body_at_all_is_an_empty_body(deliver, coding):
    ((_, body),) = deliver(sized(b"", coding))
    assert body == b""


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        (b"gzip", TEXT),
        (b"gzip", PACKED[:-1]),
        (b"gzip", PACKED[:5]),
        (b"gzip", PACKED + b"more"),
        (b"gzip", PACKED + PACKED[:-1]),
        (b"gzip", gzip.compress(b"", mtime=0) * 1_001),
        (b"gzip", PACKED[:-8] + b"\x00" * 8),
        (b"gzip", zlib.compress(TEXT)),
        (b"deflate", zlib.compress(TEXT)[:-2]),
        (b"deflate", zlib.compress(TEXT) + b"more"),
        (b"deflate", b"\xff" * 20),
        (b"deflate", b"x"),
    ],
)
def test_broken_compressed_bodies_are_refused(refused, coding, packed):
    assert refused(sized(packed, coding)).status == 400


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        (b"gzip", gzip.compress(bytes(10**6), mtime=0)),
        (b"deflate", raw_deflate(bytes(10**6))),
    ],
)
def test_a_bomb_is_cut_off_while_inflating(refused, coding, packed):
    limits = Limits(max_body=5000)
    assert len(packed) < limits.max_body
    assert refused(sized(packed, coding), limits).status == 413


def test_a_bomb_never_takes_more_memory_than_the_limit(monkeypatch):
    taken = []

    class Watched:
        def __init__(self, stream):
            self.stream = stream

        def decompress(self, data, most):
            out = self.stream.decompress(data, most)
            taken.append(len(out))
            return out

    make = zlib.decompressobj
    monkeypatch.setattr(zlib, "decompressobj", lambda *args: Watched(make(*args)))
    parser = Parser(Limits(max_body=5000))
    parser.feed(sized(gzip.compress(bytes(10**6), mtime=0), b"gzip"))
    refusal = parser.next()
    assert isinstance(refusal, Refusal)
    assert sum(taken) == 5001


def test_a_body_that_inflates_to_the_limit_is_served(deliver):
    ((_, body),) = deliver(sized(gzip.compress(bytes(5000), mtime=0), b"gzip"), Limits(max_body=5000))
    assert len(body) == 5000


def test_bytes_received_are_counted_with_their_framing():
    parser = Parser(Limits())
    parser.feed(CHUNKED + b"5\r\nhel")
    assert parser.next() is None
    assert parser.received == 6


def test_members_are_bounded_together(refused):
    packed = gzip.compress(bytes(1000), mtime=0) * 6
    assert refused(sized(packed, b"gzip"), Limits(max_body=5000)).status == 413


@pytest.mark.parametrize("size", [1, 65_535, 65_536, 65_537, 200_000])
def test_members_are_read_wherever_they_meet(deliver, size):
    texts = [random.Random(number).randbytes(size) for number in range(4)]
    packed = b"".join(gzip.compress(text, mtime=0) for text in texts)
    ((_, body),) = deliver(sized(packed, b"gzip"))
    assert body == b"".join(texts)
