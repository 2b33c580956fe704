"""Pictures that show a text: real image files of any size in two colours.

PNG files take a few hundred bytes and have the colours of their tint. JPEG files are grey: each dot is a block of 8 x 8 pixels
of one brightness, which needs no transform and two Huffman codes. WebP files are lossless, one bit a pixel. Knows no provider.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from itertools import chain, groupby
from operator import add

from understudy.text.lettering import drawn

_DOT = 4  # pixels of a dot of a PNG file
_BLOCK = 8
_PAPERS = (0x1F3A5F, 0x5F1F3A, 0x1F5F3A, 0x4A3B12, 0x3A1F5F, 0x125F5A)
_INK = b"\xff\xff\xff"
_SHADES = (0x30, 0xF0)  # green of paper and ink
_BRIGHT = 100  # levels by which ink is brighter than paper
# Bits for a block by the dots before and here: its difference in brightness, and that nothing else differs.
_BITS = {"00": "00", "11": "00", "01": f"10{_BRIGHT:07b}0", "10": f"10{~_BRIGHT & 0x7F:07b}0"}


def png(text: str, width: int, height: int, tint: int = 0, *, transparent: bool = False) -> bytes:
    """Draw a PNG file; `tint` chooses the paper, which may be left out."""
    size = -(-width // 8)
    rows = []
    for dots, times in _rows(text, width, height):
        rows += [b"\x00" + int(dots.ljust(size * 8, "0"), 2).to_bytes(size, "big")] * times
    paper = _PAPERS[tint % len(_PAPERS)].to_bytes(3, "big")
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 3, 0, 0, 0)),
            _chunk(b"PLTE", paper + (bytes(3) if transparent else _INK)),
            _chunk(b"tRNS", b"\x00") if transparent else b"",
            _chunk(b"IDAT", zlib.compress(b"".join(rows), 6)),
            _chunk(b"IEND", b""),
        ]
    )


def jpeg(text: str, width: int, height: int) -> bytes:
    """Draw a JPEG file."""
    dots = "".join(drawn(text, -(-width // _BLOCK), -(-height // _BLOCK)))
    bits = "".join(map(_BITS.__getitem__, map(add, chain("0", dots), dots)))
    bits += "1" * (-len(bits) % 8)
    scan = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\x00")
    return b"".join(
        [
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            _segment(0xDB, b"\x00" + bytes([8]) * 64),
            _segment(0xC0, struct.pack(">BHHBBBB", 8, height, width, 1, 1, 0x11, 0)),
            # differences: none is coded "0", one of seven bits "10"
            _segment(0xC4, b"\x00" + bytes([1, 1, *bytes(14)]) + b"\x00\x07"),
            _segment(0xC4, b"\x10" + bytes([1, *bytes(15)]) + b"\x00"),
            _segment(0xDA, b"\x01\x01\x00\x00\x3f\x00"),
            scan,
            b"\xff\xd9",
        ]
    )


def webp(text: str, width: int, height: int) -> bytes:
    """Draw a lossless WebP file (RFC 9649 section 3)."""
    pixels = "".join([row * times for row, times in _rows(text, width, height)])
    # the least bit first: size, no alpha, version 0, nothing transformed, no cache, one group of codes
    bits = _number(width - 1, 14) + _number(height - 1, 14) + "0" + "000" + "0" + "0" + "0"
    # green is one of two values, a bit each; red, blue, alpha and distance are always the same and take none
    bits += "111" + _number(_SHADES[0], 8) + _number(_SHADES[1], 8)
    bits += "".join("101" + _number(value, 8) for value in (0x30, 0x60, 0xFF, 0)) + pixels
    data = b"\x2f" + int(bits[::-1], 2).to_bytes(-(-len(bits) // 8), "little")
    padded = data + bytes(len(data) % 2)
    return struct.pack("<4sI4s4sI", b"RIFF", 12 + len(padded), b"WEBP", b"VP8L", len(data)) + padded


def _rows(text: str, width: int, height: int) -> Iterator[tuple[str, int]]:
    """Rows of pixels from the top, 0 and 1, and how often each stands below itself."""
    wide, left = {ord("0"): "0" * _DOT, ord("1"): "1" * _DOT}, height
    for dots, alike in groupby(drawn(text, -(-width // _DOT), -(-height // _DOT))):
        times = min(_DOT * len(list(alike)), left)
        left -= times
        yield dots.translate(wide)[:width], times


def _number(value: int, size: int) -> str:
    """The bits of a number, the least first."""
    return f"{value:0{size}b}"[::-1]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data
