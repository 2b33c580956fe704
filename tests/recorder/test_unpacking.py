"""Compressed answers as they read, piece by piece."""

from __future__ import annotations

import gzip
import zlib

import pytest

from understudy.recorder import unpacking
from understudy.recorder.unpacking import unpacked


def test_pieces_keep_their_moments(take, chat):
    machine = zlib.compressobj(wbits=31)
    first = machine.compress(b"one") + machine.flush(zlib.Z_SYNC_FLUSH)
    found = unpacked(take(chat("a"), (0.1, first), (0.2, machine.compress(b"two") + machine.flush()), content_encoding="gzip"))
    assert (found.chunks, found.fields) == ([(0.1, b"one"), (0.2, b"two")], {})


@pytest.mark.parametrize("fields", [{}, {"content_encoding": "br"}, {"content_encoding": "gzip"}])
def test_what_is_not_compressed_so_stays(take, chat, fields):
    found = take(chat("a"), (0.1, b"plain"), **fields)
    assert unpacked(found) is found


def test_very_large_answers_stay_packed(take, chat, monkeypatch):
    monkeypatch.setattr(unpacking, "MOST", 1000)
    small, large = (take(chat("a"), (0.1, gzip.compress(bytes(size))), content_encoding="gzip") for size in (1000, 1001))
    assert unpacked(small).body == bytes(1000)
    assert unpacked(large) is large
