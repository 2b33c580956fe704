"""Whichever way a piece is merged, the result is the one of the plain rule written down here."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understudy.text import merge
from understudy.text.merge import SHORT, STRETCH, Merger
from understudy.text.vocabulary import NEVER, load

VOCABULARY = load("cl100k_base")
QUICK = settings(max_examples=150, deadline=None, derandomize=True, database=None)


def plain(piece: bytes) -> bytes:
    """Merge by the letter: the lowest union, the leftmost first."""
    tokens = [piece[at : at + 1] for at in range(len(piece))]
    while len(tokens) > 1:
        rank, at = min((VOCABULARY.rank(tokens[at] + tokens[at + 1]), at) for at in range(len(tokens) - 1))
        if rank == NEVER:
            break
        tokens[at : at + 2] = [tokens[at] + tokens[at + 1]]
    return bytes(map(len, tokens))


def by_heap(piece: bytes) -> bytes:
    """Merge the whole piece at once."""
    return Merger(VOCABULARY)._by_heap(piece)


pieces = st.one_of(
    st.binary(min_size=1, max_size=60),
    st.text("aeinorst", min_size=1, max_size=60).map(str.encode),
    st.text("ab", min_size=1, max_size=80).map(str.encode),
    st.text("中国人語é", min_size=1, max_size=30).map(str.encode),
)
runs = st.builds(lambda unit, times: unit * times, pieces, st.sampled_from([1, 1, 2, 30, 500]))
long_pieces = st.lists(runs, min_size=1, max_size=8).map(b"".join)


@QUICK
@given(pieces)
def test_scan_and_heap_follow_the_rule(piece):
    wanted = plain(piece)
    starts = Merger(VOCABULARY)._by_scan(piece)
    assert bytes(end - start for start, end in pairwise(starts)) == wanted
    assert by_heap(piece) == wanted


@QUICK
@given(long_pieces)
def test_stretches_are_the_same_as_the_whole(piece):
    assert Merger(VOCABULARY)._by_stretches(piece) == by_heap(piece)


@pytest.mark.parametrize("unit", [" ", "a", "ha", "=-", "\n", "中", "😀", "=" * 64 + "\n", "-" * 80 + "+"])
@pytest.mark.parametrize("overlap", [1, 4])
def test_stretches_that_do_not_fit_begin_further_back(monkeypatch, unit, overlap):
    monkeypatch.setattr(merge, "_OVERLAP", overlap)  # with one token most seams of the last two units are no seams
    piece = (unit * 9_000)[:9_000].encode()
    assert Merger(VOCABULARY)._by_stretches(piece) == by_heap(piece)


def test_two_tokens_at_a_seam_must_stay_two():
    merger = Merger(VOCABULARY)
    assert merger._is_seam(b"the sky", 0, 3, 7)
    assert not merger._is_seam(b"the sky", 0, 2, 3), "th|e is one token"
    assert not merger._is_seam(b"=" * 96, 0, 32, 96), "32|64 is 64|32"


@pytest.mark.parametrize("size", [1, SHORT - 1, SHORT, STRETCH, STRETCH + 1, 5_000])
def test_pieces_of_every_size(size):
    piece = (b"abcab" * size)[:size]
    found = Merger(VOCABULARY).lengths(piece)
    assert found == by_heap(piece)
    assert sum(found) == size
    assert Merger(VOCABULARY).count(piece) == len(found)


@pytest.fixture
def merged(monkeypatch):
    """A merger, and the sizes of the stretches that it merged."""
    merger, sizes = Merger(VOCABULARY), []
    compute = merger._stretches._compute
    monkeypatch.setattr(merger._stretches, "_compute", lambda piece: sizes.append(len(piece)) or compute(piece))
    return merger, sizes


@pytest.mark.parametrize("unit", ["=", "a", " ", "=-", "中", "😀"])
def test_a_run_is_merged_once(merged, unit):
    merger, sizes = merged
    merger.lengths(unit.encode() * 300_000)
    assert len(sizes) <= 8
    assert max(sizes) <= STRETCH


def test_of_a_long_lively_piece_little_is_merged_twice(merged):
    merger, sizes = merged
    piece = bytes(97 + number * number * 7 % 1009 % 26 for number in range(60_000))
    merger.lengths(piece)
    assert sum(sizes) < 1.2 * len(piece)
    assert max(sizes) <= 4 * STRETCH


def test_stretches_are_long_only_where_they_did_not_fit(merged, monkeypatch):
    monkeypatch.setattr(merge, "_OVERLAP", 1)
    merger, sizes = merged
    merger.lengths(bytes(97 + number * number * 7 % 1009 % 26 for number in range(60_000)))
    assert STRETCH < max(sizes) <= 4 * STRETCH


def test_a_ruler_is_merged_once(merged):
    merger, sizes = merged
    assert merger.lengths(b"=" * 150) == merger.lengths(b"=" * 150)
    assert merger.count(b"=" * 150) == len(merger.lengths(b"=" * 150))
    assert sizes == [150]
