"""Frames of the AWS event stream encoding, against the official reader and in the face of damage."""

from __future__ import annotations

import pytest
from botocore.eventstream import EventStreamBuffer

from understudy.wire.eventstream import BrokenFrameError, Message, decode, encode, first, resealed

HEADERS = {":event-type": "chunk", ":content-type": "application/json", ":message-type": "event"}


def test_a_frame_is_spelled_as_the_format_says():
    frame = encode({"a": "b"}, b"{}")
    assert frame.hex() == "00000018" + "00000006" + "dcd1a61f" + "016107000162" + "7b7d" + frame[-4:].hex()


def test_the_official_reader_reads_what_is_written():
    buffer = EventStreamBuffer()
    buffer.add_data(encode(HEADERS, b'{"p":"ab"}') + encode({}, b""))
    one, other = list(buffer)
    assert (one.headers, one.payload) == (HEADERS, b'{"p":"ab"}')
    assert (other.headers, other.payload) == ({}, b"")


def test_what_is_written_can_be_read():
    messages = [Message(HEADERS, "ä€😀".encode()), Message({"é": ""}, b"x" * 70_000), Message(HEADERS, b""), Message({}, b"")]
    assert list(decode(b"".join(encode(message.headers, message.payload) for message in messages))) == messages


@pytest.mark.parametrize("place", range(0, 60, 7))
def test_a_flipped_bit_is_found(place):
    frame = bytearray(encode(HEADERS, b"payload"))
    frame[place] ^= 4
    with pytest.raises(BrokenFrameError):
        list(decode(bytes(frame)))


@pytest.mark.parametrize("kept", [1, 12, 30, -1])
def test_a_frame_that_is_cut_off_is_refused(kept):
    with pytest.raises(BrokenFrameError, match="frame at byte 0: expected"):
        list(decode(encode(HEADERS, b"payload")[:kept]))


@pytest.mark.parametrize("broken", [b"", b"{}", encode(HEADERS, b"payload")[:-1]])
def test_the_first_frame_is_read_if_it_is_sound(broken):
    assert first(encode(HEADERS, b"1") + broken) == Message(HEADERS, b"1")
    assert first(broken) is None


def test_a_header_that_is_too_long_is_refused():
    with pytest.raises(ValueError, match="expected at most 255 bytes of name"):
        encode({"n" * 256: ""}, b"")
    with pytest.raises(ValueError, match="65535"):
        encode({"n": "v" * 65536}, b"")


def test_frames_changed_where_they_stand_are_sealed_anew():
    whole = encode(HEADERS, b'{"p":"secret"}') + encode(HEADERS, b"") + encode({}, b"secret")
    changed = whole.replace(b"secret", b"******")
    assert resealed(changed) == encode(HEADERS, b'{"p":"******"}') + encode(HEADERS, b"") + encode({}, b"******")
    assert resealed(whole) == whole


@pytest.mark.parametrize("data", [b"", b"secret", b"no frame at all, only many bytes", encode({}, b"secret")[:-1]])
def test_what_is_no_frame_is_not_sealed(data):
    assert resealed(data) == data
    assert resealed(encode({}, b"a") + data) == encode({}, b"a") + data
