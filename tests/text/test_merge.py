"""Three ways to merge, one result: the one of the plain rule written down here."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understudy.text import merge
from understudy.text.vocabulary import NEVER, load

VOCABULARY = load("cl100k_base")
QUICK = settings(max_examples=150, deadline=None, derandomize=True, database=None)


def plain(piece: bytes) -> list[int]:
    """Merge by the letter: the lowest union, the leftmost first."""
    tokens = [piece[at : at + 1] for at in range(len(piece))]
    while len(tokens) > 1:
        rank, at = min((VOCABULARY.rank(tokens[at] + tokens[at + 1]), at) for at in range(len(tokens) - 1))
        if rank == NEVER:
            break
        tokens[at : at + 2] = [tokens[at] + tokens[at + 1]]
    ends = [0]
    for token in tokens:
        ends.append(ends[-1] + len(token))
    return ends


pieces = st.one_of(
    st.binary(min_size=1, max_size=60),
    st.text("aeinorst", min_size=1, max_size=60).map(str.encode),
    st.text("ab", min_size=1, max_size=80).map(str.encode),
    st.text("中国人語é", min_size=1, max_size=30).map(str.encode),
)


@QUICK
@given(pieces)
def test_scan_and_heap_follow_the_rule(piece):
    wanted = plain(piece)
    assert merge._by_scan(piece, VOCABULARY) == wanted
    assert merge._by_heap(piece, VOCABULARY) == wanted


@QUICK
@given(st.text(" a=-", min_size=1, max_size=3), st.integers(1, 90))
def test_rounds_follow_the_rule_or_decline(unit, times):
    piece = (unit * times).encode()
    assert merge._by_rounds(piece, VOCABULARY) in (None, plain(piece))


@pytest.mark.parametrize("unit", [" ", "a", "ha", "=-", "\n", "中", "😀"])
def test_monotonous_pieces_are_merged_by_rounds(unit):
    piece = (unit * 700).encode()
    found = merge._by_rounds(piece, VOCABULARY)
    assert found is not None
    assert found == merge._by_heap(piece, VOCABULARY)


def test_rounds_decline_lively_pieces():
    assert merge._by_rounds(b"the quick brown fox jumps over the lazy dog", VOCABULARY) is None


@pytest.mark.parametrize("size", [1, 199, 200, 2_000, 2_001, 5_000])
def test_boundaries_cover_the_piece_at_every_size(size):
    piece = (b"abcab" * size)[:size]
    found = merge.boundaries(piece, VOCABULARY)
    assert found[0] == 0
    assert found[-1] == size
    assert found == merge._by_heap(piece, VOCABULARY)
