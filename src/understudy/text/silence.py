"""Silence of a length in formats that need an encoder: a silent frame is the same each time, so it needs none.

In: seconds. Out: whole files: AAC in ADTS frames, FLAC, Opus in Ogg pages; one channel. Knows no provider.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import cache

_RATE = 24_000
_AAC_SAMPLES = 1_024
# One channel element without lines: tag, gain, long window, no bands; then the end mark. 32 bits.
_AAC_FRAME = b"\x00\x00\x00\x07"
_FLAC_SAMPLES = 4_096
_OPUS_SAMPLES = 960  # at 48 kHz: 20 ms
_OPUS_FRAME = b"\xf8\xff\xfe"  # CELT, full band, one frame that says it is silent
_OPUS_SKIP = 312
_PAGE = 250  # packets of an Ogg page, at most 255
_SERIAL = 1


def aac(seconds: float) -> bytes:
    """Make an AAC file."""
    length = 7 + len(_AAC_FRAME)
    # sync, MPEG-4, no checksum; LC, 24 kHz, one channel; length; buffer of a variable rate
    head = 0xFFF1 << 40 | 1 << 38 | 6 << 34 | 1 << 30 | length << 13 | 0x7FF << 2
    return (head.to_bytes(7, "big") + _AAC_FRAME) * _count(seconds, _RATE, _AAC_SAMPLES)


def flac(seconds: float) -> bytes:
    """Make a FLAC file of 16 bits a sample; every frame says that all its samples are 0."""
    total = max(1, round(seconds * _RATE))
    frames, rest = divmod(total, _FLAC_SAMPLES)
    block = _FLAC_SAMPLES if frames else max(16, rest)
    about = _RATE << 44 | 0 << 41 | 15 << 36 | total  # rate, channels less one, bits less one, samples
    stream = struct.pack(">HH", block, block) + bytes(6) + about.to_bytes(8, "big") + bytes(16)
    found = [b"fLaC", b"\x80" + len(stream).to_bytes(3, "big"), stream]
    found += [_flac_frame(number, _FLAC_SAMPLES) for number in range(frames)]
    if rest:
        found.append(_flac_frame(frames, rest))
    return b"".join(found)


def opus(seconds: float) -> bytes:
    """Make an Opus file (RFC 7845)."""
    count = _count(seconds + _OPUS_SKIP / 48_000, 48_000, _OPUS_SAMPLES)
    ends = min(count * _OPUS_SAMPLES, round(seconds * 48_000) + _OPUS_SKIP)
    vendor = b"understudy"
    pages = [
        _ogg(2, 0, 0, [struct.pack("<8sBBHIHB", b"OpusHead", 1, 1, _OPUS_SKIP, _RATE, 0, 0)]),
        _ogg(0, 0, 1, [b"OpusTags" + struct.pack("<I", len(vendor)) + vendor + bytes(4)]),
    ]
    for at in range(0, count, _PAGE):
        size = min(_PAGE, count - at)
        is_last = at + size == count
        position = ends if is_last else (at + size) * _OPUS_SAMPLES
        pages.append(_ogg(4 if is_last else 0, position, len(pages), [_OPUS_FRAME] * size))
    return b"".join(pages)


def _count(seconds: float, rate: int, samples: int) -> int:
    return max(1, -(-round(seconds * rate) // samples))


def _flac_frame(number: int, samples: int) -> bytes:
    # sync, fixed block size; its size follows in 16 bits, rate and bits are those of the stream, one channel
    head = b"\xff\xf8\x70\x00" + _utf8(number) + (samples - 1).to_bytes(2, "big")
    head += _crc(head, 0x07, 8).to_bytes(1, "big")
    frame = head + b"\x00\x00\x00"  # a constant: its type, and 0 in 16 bits
    return frame + _crc(frame, 0x8005, 16).to_bytes(2, "big")


def _utf8(number: int) -> bytes:
    """Write a number as UTF-8 writes characters, whatever it would be there."""
    if number < 0x80:
        return bytes([number])
    if number < 0x800:
        return bytes([0xC0 | number >> 6, 0x80 | number & 0x3F])
    return bytes([0xE0 | number >> 12, 0x80 | number >> 6 & 0x3F, 0x80 | number & 0x3F])


def _ogg(flags: int, position: int, number: int, packets: list[bytes]) -> bytes:
    sizes = bytes(map(len, packets))
    page = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, position, _SERIAL, number, 0, len(sizes)) + sizes + b"".join(packets)
    return page[:22] + _crc(page, 0x04C11DB7, 32).to_bytes(4, "little") + page[26:]


def _crc(data: Iterable[int], polynomial: int, bits: int) -> int:
    """The remainder, highest bit first, without inversion."""
    table, value, mask = _table(polynomial, bits), 0, (1 << bits) - 1
    for byte in data:
        value = (value << 8 & mask) ^ table[value >> bits - 8 ^ byte]
    return value


@cache
def _table(polynomial: int, bits: int) -> tuple[int, ...]:
    found = []
    for value in range(256):
        value <<= bits - 8
        for _ in range(8):
            value = value << 1 ^ (polynomial if value >> bits - 1 & 1 else 0)
            value &= (1 << bits) - 1
        found.append(value)
    return tuple(found)
