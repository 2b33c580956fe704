"""What files say of themselves: sizes of images of every kind, pages of a PDF, base64 as far as it goes."""

from __future__ import annotations

import struct

import pytest

from understudy.dialects._media import decoded, pages_of, size_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 640, 480)
FRAME = struct.pack(">BBHBHH", 0xFF, 0xC2, 11, 8, 480, 640)
IMAGES = {
    "png": PNG,
    "gif": b"GIF89a" + struct.pack("<HH", 640, 480),
    "webp, simple": b"RIFF----WEBPVP8 " + bytes(10) + struct.pack("<HH", 640 | 0x4000, 480),
    "webp, lossless": b"RIFF----WEBPVP8L" + bytes(4) + b"/" + (639 | 479 << 14).to_bytes(4, "little"),
    "webp, extended": b"RIFF----WEBPVP8X" + bytes(8) + (639).to_bytes(3, "little") + (479).to_bytes(3, "little"),
    "jpeg": b"\xff\xd8\xff\xe0\0\4ab" + FRAME,
}


@pytest.mark.parametrize("data", IMAGES.values(), ids=IMAGES)
def test_the_size_stands_in_the_first_bytes(data):
    assert size_of(data) == (640, 480)


@pytest.mark.parametrize(
    "data", [b"", b"text", PNG[:20], b"GIF89a", b"RIFF----WEBPVP8 ", b"\xff\xd8", b"\xff\xd8\xff\xe0\0\4abcd"]
)
def test_what_says_no_size_has_none(data):
    assert size_of(data) is None


@pytest.mark.parametrize(("text", "data"), [("aGk=", b"hi"), ("aGkhaG", b"hi!"), ("", b""), ("a===", b""), ("\u00e9a==", b"")])
def test_base64_is_read_in_whole_groups(text, data):
    assert decoded(text) == data


def test_pages_are_counted_and_one_is_the_least():
    assert pages_of(b"%PDF /Type /Pages /Type /Page\n/Type/Page>>") == 2
    assert pages_of(b"%PDF") == 1
