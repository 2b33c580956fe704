"""Silence in files: whole frames, right checksums, the length asked for."""

from __future__ import annotations

import struct

import pytest

from understudy.text import silence

LENGTHS = [0.01, 0.5, 3.0, 61.7]


@pytest.mark.parametrize("seconds", LENGTHS)
def test_an_aac_file_is_whole_frames(seconds):
    data = silence.aac(seconds)
    assert len(data) % 11 == 0
    for at in range(0, len(data), 11):
        head = int.from_bytes(data[at : at + 7], "big")
        assert head >> 44 == 0xFFF
        assert head >> 13 & 0x1FFF == 11
        assert head >> 34 & 0xF == 6  # 24 kHz
    assert len(data) // 11 * 1024 / 24000 == pytest.approx(seconds, abs=0.043)


def crc(data: bytes, polynomial: int, bits: int) -> int:
    """The remainder, bit by bit."""
    value = int.from_bytes(data, "big") << bits
    for at in range(value.bit_length() - 1, bits - 1, -1):
        if value >> at & 1:
            value ^= (1 << bits | polynomial) << at - bits
    return value


@pytest.mark.parametrize("seconds", LENGTHS)
def test_a_flac_file_says_its_length_and_has_as_much(seconds):
    data = silence.flac(seconds)
    assert data.startswith(b"fLaC\x80\x00\x00\x22")
    about = int.from_bytes(data[18:26], "big")
    total = about & (1 << 36) - 1
    assert (about >> 44, total) == (24000, round(seconds * 24000))
    at, found, number = 42, 0, 0
    while at < len(data):
        wide = 1 if number < 0x80 else 2 if number < 0x800 else 3
        size = 4 + wide + 2 + 1 + 3 + 2
        frame = data[at : at + size]
        assert frame.startswith(b"\xff\xf8\x70\x00")
        assert crc(frame[: 4 + wide + 2], 0x07, 8) == frame[4 + wide + 2]
        assert crc(frame[:-2], 0x8005, 16) == int.from_bytes(frame[-2:], "big")
        found += int.from_bytes(frame[4 + wide : 6 + wide], "big") + 1
        at, number = at + size, number + 1
    assert found == total


def test_numbers_of_frames_are_written_as_utf8():
    for number in (0, 0x7F, 0x80, 0x7FF, 0x800, 0xFFFF):
        assert silence._utf8(number) == chr(number).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("seconds", LENGTHS)
def test_an_opus_file_is_pages_that_end_in_time(seconds):
    data, at, position, numbers, packets = silence.opus(seconds), 0, 0, [], 0
    while at < len(data):
        mark, _, flags, position, serial, number, told, count = struct.unpack_from("<4sBBqIIIB", data, at)
        assert (mark, serial) == (b"OggS", 1)
        sizes = data[at + 27 : at + 27 + count]
        size = 27 + count + sum(sizes)
        page = data[at : at + size]
        assert crc(page[:22] + bytes(4) + page[26:], 0x04C11DB7, 32) == told
        numbers.append(number)
        packets += count if number > 1 else 0
        assert bool(flags & 4) == (at + size == len(data))
        at += size
    assert numbers == list(range(len(numbers)))
    assert (position - 312) / 48000 == pytest.approx(seconds, abs=0.001)
    assert 0 <= packets * 960 - position < 960
