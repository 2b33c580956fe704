"""Byte-pair merging: where the tokens of one piece of text begin.

In: the bytes of a piece and a vocabulary. Out: the offsets of its tokens, its length last. The rule, in every way of doing
it: merge the two neighbours whose union has the lowest rank, the leftmost first, until no union is a token.

Short pieces scan for the minimum, which is fastest for the few bytes of a word; long ones keep a heap, so that a piece of
60,000 bytes stays at n log n; long monotonous ones (a megabyte of spaces) merge all equal pairs at once.
"""

from __future__ import annotations

from array import array
from heapq import heapify, heappop, heappush
from itertools import pairwise

from understudy.text.vocabulary import NEVER, Vocabulary

SHORT = 200
MONOTONOUS = 2_000
FEW_PAIRS = 16


def boundaries(piece: bytes, vocabulary: Vocabulary) -> list[int]:
    """Return the offset of each token of the piece, and the length of the piece at the end."""
    if len(piece) < SHORT:
        return _by_scan(piece, vocabulary)
    if len(piece) > MONOTONOUS:
        found = _by_rounds(piece, vocabulary)
        if found is not None:
            return found
    return _by_heap(piece, vocabulary)


def _by_scan(piece: bytes, vocabulary: Vocabulary) -> list[int]:
    rank, pairs = vocabulary.rank, vocabulary.pairs
    starts = list(range(len(piece) + 1))
    ranks = [pairs[first << 8 | second] for first, second in pairwise(piece)]
    while ranks and (low := min(ranks)) != NEVER:
        at = ranks.index(low)
        del ranks[at], starts[at + 1]
        if at < len(ranks):
            ranks[at] = rank(piece[starts[at] : starts[at + 2]])
        if at:
            ranks[at - 1] = rank(piece[starts[at - 1] : starts[at + 1]])
    return starts


def _by_heap(piece: bytes, vocabulary: Vocabulary) -> list[int]:
    """Merge with a heap of `rank << 32 | offset`; an entry is stale when `ranks` at its offset says something else."""
    rank, pairs, size = vocabulary.rank, vocabulary.pairs, len(piece)
    ranks = array("I", (pairs[first << 8 | second] for first, second in pairwise(piece)))
    ranks.append(NEVER)
    after = array("I", range(1, size + 1))
    before = array("i", range(-1, size - 1))
    heap = [low << 32 | at for at, low in enumerate(ranks) if low != NEVER]
    heapify(heap)
    while heap:
        entry = heappop(heap)
        at = entry & NEVER
        if ranks[at] != entry >> 32:
            continue
        ranks[after[at]] = NEVER
        end = after[at] = after[after[at]]
        ranks[at] = NEVER
        if end < size:
            before[end] = at
            ranks[at] = low = rank(piece[at : after[end]])
            if low != NEVER:
                heappush(heap, low << 32 | at)
        previous = before[at]
        if previous >= 0:
            ranks[previous] = low = rank(piece[previous:end])
            if low != NEVER:
                heappush(heap, low << 32 | previous)
    starts = [0]
    while starts[-1] < size:
        starts.append(after[starts[-1]])
    return starts


def _by_rounds(piece: bytes, vocabulary: Vocabulary) -> list[int] | None:
    """Merge every occurrence of the lowest pair at once; None when that would not be the same as one by one.

    Tokens are characters here (the code point is the rank), so that a round is one `str.replace`. A round equals single
    merges from the left if no other pair has the same rank and no pair that arises on the way has a lower one.
    """
    token, rank = vocabulary.token, vocabulary.rank
    line = piece.decode("latin-1").translate({byte: rank(bytes([byte])) for byte in set(piece)})
    budget = 8 * len(line)
    while True:
        budget -= len(line)
        neighbours = set(pairwise(line))
        if budget < 0 or len(neighbours) > FEW_PAIRS:
            return None
        ranked = sorted((rank(token(ord(a)) + token(ord(b))), a, b) for a, b in neighbours)
        if not ranked or ranked[0][0] == NEVER:
            return _offsets(line, vocabulary)
        low, first, second = ranked[0]
        union = token(low)
        arising = [token(ord(a)) + union for a, b in neighbours if b == first]
        arising += [union + token(ord(b)) for a, b in neighbours if a == second]
        arising.append(union + union)
        if (len(ranked) > 1 and ranked[1][0] == low) or min(map(rank, arising)) < low:
            return None
        line = line.replace(first + second, chr(low))


def _offsets(line: str, vocabulary: Vocabulary) -> list[int]:
    length = {mark: len(vocabulary.token(ord(mark))) for mark in set(line)}
    starts = [0]
    for mark in line:
        starts.append(starts[-1] + length[mark])
    return starts
