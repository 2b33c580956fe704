"""Frames become chunks whose size counts the joint; streams that share frames share their chunks."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.engine import chunking
from understudy.engine.chunking import chunked_for, numbered_chunks
from understudy.model.frame import Frames, Opened, Sheet
from understudy.wire.response import chunk

FRAME = (b'data: {"id":"', b'","text":"a"}\n\n')


@pytest.fixture(autouse=True)
def _nothing_remembered():
    chunking._table.cache_clear()
    numbered_chunks.cache_clear()


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=9), st.binary(max_size=9)), max_size=12), st.binary(max_size=20))
def test_with_its_joint_each_is_a_chunk(frames, joint):
    sheet = Sheet(frames, [1] * len(frames))
    for _ in range(3):
        made = [head + joint + tail for head, tail in chunked_for(sheet, len(joint))]
        assert made == [chunk(head + joint + tail) for head, tail in frames]


def test_streams_of_the_same_frames_share_their_chunks():
    (one,), (other,), (longer,) = (chunked_for(Sheet([FRAME], [1]), size) for size in (5, 5, 6))
    assert one is other
    assert longer is not one
    assert longer != one


def test_a_large_frame_is_not_remembered():
    large = (b"x" * 2_000, b"")
    (one,), (other,) = (chunked_for(Sheet([large], [1]), 5) for _ in range(2))
    assert one == other
    assert one is not other


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(chunking, "_KEPT", 10)
    for number, size in itertools.product(range(100), range(20)):
        (_,) = chunked_for(Sheet([(b"%d" % number, b"")], [1]), size)
    assert chunking._table.cache_info().currsize <= 8
    assert all(len(chunking._table(size)) <= 10 for size in range(20))


def test_frames_that_are_made_when_they_are_due_stay_so():
    made = []
    frames = Frames(["a", "b"], lambda row, _: made.append(row) or row.encode())
    chunks = iter(chunked_for(Sheet(frames, [1, 1]), 0))
    assert (next(chunks), made) == ((b"1\r\na", b"\r\n"), ["a"])


@given(st.lists(st.lists(st.tuples(st.binary(min_size=1, max_size=2), st.binary(max_size=2)), max_size=12)), st.integers(0, 5))
def test_numbers_of_frames_are_places_of_their_chunks(sheets, size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunking, "_KEPT", 20)
        found = [(frames, *numbered_chunks(size).number(frames)) for frames in sheets]
    for frames, numbers, chunks, sizes in found:
        assert [chunks[number] for number in numbers] == list(chunked_for(Sheet(frames, [1] * len(frames)), size))
        assert [sizes[number] for number in numbers] == [len(b"".join(chunks[number])) + size for number in numbers]
        assert len(chunks) <= 20 + 12


def test_frames_that_were_numbered_keep_their_number():
    (one, *_), (two, *_) = (numbered_chunks(5).number([FRAME, other, FRAME]) for other in (FRAME, (b"x", b"y")))
    assert (list(one), list(two), one.itemsize) == ([0, 0, 0], [0, 1, 0], 2)


def test_large_frames_that_were_numbered_are_let_go(monkeypatch):
    monkeypatch.setattr(chunking, "_KEPT", 10)
    _, large, _ = numbered_chunks(5).number([(b"x" * 7_000, b"")])
    _, chunks, _ = numbered_chunks(5).number([FRAME])
    assert (len(large), len(chunks)) == (1, 1)
    assert chunks is not large


def test_more_frames_than_two_bytes_can_number():
    frames = [(b"%d" % number, b"") for number in range(70_000)]
    numbers, chunks, _ = numbered_chunks(0).number(frames)
    assert (list(numbers), len(chunks)) == (list(range(70_000)), 70_000)


def test_of_what_is_a_streams_own_nothing_is_remembered():
    for number in range(50):
        opening = b"%d" % number
        assert list(chunked_for(Sheet(Opened((opening,), [FRAME]), [0, 1]), 5)) == [
            (b"%x\r\n%b" % (len(opening) + 5, opening), b"\r\n"),
            *chunked_for(Sheet([FRAME], [1]), 5),
        ]
    assert list(chunking._table(5)) == [FRAME]
