"""Image files: taken apart by hand, byte by byte."""

from __future__ import annotations

import struct
import zlib

import pytest

from understudy.text import picture
from understudy.text.lettering import drawn


def chunks(png: bytes) -> dict[bytes, bytes]:
    found, at = {}, 8
    while at < len(png):
        (size,) = struct.unpack_from(">I", png, at)
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        assert struct.unpack_from(">I", png, at + 8 + size) == (zlib.crc32(kind + data),)
        found[kind] = data
        at += 12 + size
    return found


@pytest.mark.parametrize(("width", "height"), [(256, 256), (333, 217), (16, 16)])
def test_a_png_file_shows_the_text(width, height):
    found = chunks(picture.png("a cat", width, height, 3))
    assert struct.unpack(">IIBBBBB", found[b"IHDR"]) == (width, height, 1, 3, 0, 0, 0)
    rows = zlib.decompress(found[b"IDAT"])
    size = -(-width // 8) + 1
    assert len(rows) == size * height
    dots = drawn("a cat", -(-width // 4), -(-height // 4))
    for at in range(height):
        bits = f"{int.from_bytes(rows[at * size + 1 : (at + 1) * size], 'big'):0{8 * (size - 1)}b}"
        assert bits[:width] == "".join(dot * 4 for dot in dots[at // 4])[:width]


def test_tints_differ_and_paper_may_be_left_out():
    assert picture.png("a", 64, 64, 0) != picture.png("a", 64, 64, 1)
    assert chunks(picture.png("a", 64, 64, transparent=True))[b"tRNS"] == b"\x00"
    assert b"tRNS" not in chunks(picture.png("a", 64, 64))


def test_large_pictures_are_small_files():
    assert len(picture.png("a watercolour of a cat on the moon", 1024, 1024)) < 2_000
    assert len(picture.jpeg("a watercolour of a cat on the moon", 1024, 1024)) < 10_000


def test_a_jpeg_file_shows_the_text():
    width, height = 333, 217
    data = picture.jpeg("a cat", width, height)
    assert data.startswith(b"\xff\xd8\xff\xe0\x00\x10JFIF")
    frame = data.index(b"\xff\xc0")
    assert struct.unpack_from(">HBHH", data, frame + 2) == (11, 8, height, width)
    scan = data[data.index(b"\xff\xda") + 10 : -2].replace(b"\xff\x00", b"\xff")
    assert data.endswith(b"\xff\xd9")
    bits = iter(f"{int.from_bytes(scan, 'big'):0{8 * len(scan)}b}")
    level, found = 0, []
    for _ in range(-(-width // 8) * -(-height // 8)):
        if next(bits) == "1":
            assert next(bits) == "0"
            value = int("".join(next(bits) for _ in range(7)), 2)
            level += value if value >= 64 else value - 127
        assert next(bits) == "0"
        found.append("1" if level else "0")
        assert level in (0, 100)
    assert "".join(found) == "".join(drawn("a cat", -(-width // 8), -(-height // 8)))


def test_a_webp_file_shows_the_text():
    width, height = 33, 17
    data = picture.webp("a cat", width, height)
    riff, size, webp, kind, length = struct.unpack_from("<4sI4s4sI", data)
    assert (riff, webp, kind, size) == (b"RIFF", b"WEBP", b"VP8L", len(data) - 8)
    stream = data[20 : 20 + length]
    assert stream[0] == 0x2F
    bits = f"{int.from_bytes(stream[1:], 'little'):0{8 * (length - 1)}b}"[::-1]
    assert int(bits[:14][::-1], 2) == width - 1
    assert int(bits[14:28][::-1], 2) == height - 1
    codes = 28 + 4 + 3
    pixels = bits[codes + 3 + 16 + 4 * 11 :][: width * height]
    dots = drawn("a cat", -(-width // 4), -(-height // 4))
    assert pixels == "".join("".join(dot * 4 for dot in dots[at // 4])[:width] for at in range(height))
