"""Frames of the AWS event stream encoding (application/vnd.amazon.eventstream), both ways.

A frame is: total length and length of the headers (32 bits, big-endian), the CRC-32 of these 8 bytes, the headers, the payload,
the CRC-32 of everything before. A header is its name and a value of one of ten types; only strings (type 7) are written, the
other types are skipped when read. Knows no service. Source: wire.md 14.3, checked on recorded frames.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from struct import Struct as Packed
from zlib import crc32

from msgspec import Struct

_STRING = 7
_PRELUDE = Packed(">II")
_CRC = Packed(">I")
_LENGTH = Packed(">H")
_AROUND = 16  # bytes of a frame beside headers and payload
_SIZES = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}  # of values by type; 6 and 7 bring their length


class Message(Struct, frozen=True):
    """One frame: its string headers in order, and its payload."""

    headers: dict[str, str]
    payload: bytes


class BrokenFrameError(ValueError):
    """Bytes that are no whole, sound frame; the text says why."""


def encode(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Write a frame.

    Raises:
        ValueError: for a name over 255 bytes or a value over 65535.
    """
    return writer(headers)(payload)


def writer(headers: Mapping[str, str]) -> Callable[[bytes], bytes]:
    """Make what writes frames with the same headers.

    Raises:
        ValueError: as `encode` does.
    """
    written = b"".join([_header(name, value) for name, value in headers.items()])
    size = len(written)
    around = size + _AROUND

    def write(payload: bytes) -> bytes:
        prelude = _PRELUDE.pack(around + len(payload), size)
        frame = b"%b%b%b%b" % (prelude, _CRC.pack(crc32(prelude)), written, payload)
        return frame + _CRC.pack(crc32(frame))

    return write


def _header(name: str, value: str) -> bytes:
    key, data = name.encode(), value.encode()
    if len(key) > 0xFF or len(data) > 0xFFFF:
        raise ValueError(f"header {name[:40]!r}: expected at most 255 bytes of name and 65535 of value")
    return bytes((len(key),)) + key + bytes((_STRING,)) + _LENGTH.pack(len(data)) + data


def decode(data: bytes) -> Iterator[Message]:
    """Read frames to the end of the data.

    Raises:
        BrokenFrameError: when a frame is cut off or a checksum is wrong.
    """
    at = 0
    while at < len(data):
        if len(data) - at < _AROUND:
            raise BrokenFrameError(f"frame at byte {at}: expected at least {_AROUND} bytes, got {len(data) - at}")
        total, size = _PRELUDE.unpack_from(data, at)
        if crc32(data[at : at + 8]) != _CRC.unpack_from(data, at + 8)[0]:
            raise BrokenFrameError(f"frame at byte {at}: the checksum of its first 8 bytes is wrong")
        end = at + total
        if total < size + _AROUND or end > len(data):
            raise BrokenFrameError(f"frame at byte {at}: expected {total} bytes, got {len(data) - at}")
        if crc32(data[at : end - 4]) != _CRC.unpack_from(data, end - 4)[0]:
            raise BrokenFrameError(f"frame at byte {at}: its checksum is wrong")
        yield Message(_headers(data[at + 12 : at + 12 + size]), data[at + 12 + size : end - 4])
        at = end


def first(data: bytes) -> Message | None:
    """Read the first frame; None where there is no sound one."""
    try:
        return next(decode(data), None)
    except BrokenFrameError:
        return None


def resealed(data: bytes) -> bytes:
    """Write the last checksum of each whole frame anew, for bytes changed where they stand; what is no frame stays."""
    found, at = [], 0
    while len(data) - at >= _AROUND and crc32(data[at : at + 8]) == _CRC.unpack_from(data, at + 8)[0]:
        total, size = _PRELUDE.unpack_from(data, at)
        if total < size + _AROUND or at + total > len(data):
            break
        frame = data[at : at + total - 4]
        found += [frame, _CRC.pack(crc32(frame))]
        at += total
    return b"".join([*found, data[at:]])


def _headers(data: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at < len(data):
        start = at + 1 + data[at]
        name, kind = data[at + 1 : start].decode("utf-8", "replace"), data[start : start + 1]
        at = start + 1
        if kind in (b"\x06", b"\x07"):
            (size,) = _LENGTH.unpack(data[at : at + 2].rjust(2, b"\0"))
            if kind == b"\x07":
                found[name] = data[at + 2 : at + 2 + size].decode("utf-8", "replace")
            at += 2 + size
        elif kind and kind[0] in _SIZES:
            at += _SIZES[kind[0]]
        else:
            raise BrokenFrameError(f"header {name[:40]!r}: its type is unknown")
    return found
