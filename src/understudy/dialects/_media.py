"""What files in a request say of themselves: how large an image is (PNG, GIF, WebP, JPEG), how many pages a PDF has.

In: base64 or bytes. Out: bytes or numbers. Decodes no picture and knows no price.
"""

from __future__ import annotations

import re
import struct
from base64 import b64decode
from binascii import Error

_SIZES_OF_JPEG = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_PAGES = re.compile(rb"/Type\s{0,3}/Page(?![A-Za-z])")


def decoded(data: str) -> bytes:
    """Decode as much base64 as there is in whole groups; nothing when it is none."""
    try:
        return b64decode(data[: len(data) // 4 * 4])
    except (Error, ValueError):
        return b""


def pages_of(data: bytes) -> int:
    """Count the pages of a PDF file; it has one at the least."""
    return max(1, len(_PAGES.findall(data)))


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None when the data says neither."""
    try:
        if data.startswith(b"\x89PNG"):
            return struct.unpack_from(">II", data, 16)
        if data.startswith(b"GIF8"):
            return struct.unpack_from("<HH", data, 6)
        if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            return _webp(data)
        if data.startswith(b"\xff\xd8"):
            return _jpeg(data)
    except struct.error:
        pass
    return None


def _webp(data: bytes) -> tuple[int, int]:
    if data[12:16] == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        if data[at + 1] in _SIZES_OF_JPEG:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
