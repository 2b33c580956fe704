"""Byte-pair merging: how long the tokens of one piece of text are.

In: the bytes of a piece, and a vocabulary. Out: the lengths of its tokens as bytes, since no token is longer than 255, or how
many there are. The rule, in every way of doing it: merge the two neighbours whose union has the lowest rank, the leftmost
first, until no union is a token.

Short pieces scan for the minimum, which is fastest for the few bytes of a word; longer ones keep a heap, and are remembered;
the longest are merged stretch by stretch, in time proportional to their length. So a ruler of equal signs is merged once, and
so is a megabyte of them.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import pairwise
from operator import sub

from understudy.text.memo import Memo
from understudy.text.pausing import pause
from understudy.text.vocabulary import NEVER, Vocabulary

SHORT = 48  # bytes; as long as pieces are remembered as text, so that all longer ones are remembered here
STRETCH = 1_024
_OVERLAP = 4  # tokens that the next stretch merges again; fewer than a stretch has at least
_BYTES = [bytes([byte]) for byte in range(256)]


class Merger:
    """Merges pieces with one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._rank = vocabulary.rank
        self._pairs = vocabulary.pairs
        self._stretches: Memo[bytes, bytes] = Memo(self._by_heap, size=1_024, longest=STRETCH)

    def count(self, piece: bytes) -> int:
        """Count the tokens of a piece."""
        return len(self._by_scan(piece)) - 1 if len(piece) < SHORT else len(self.lengths(piece))

    def lengths(self, piece: bytes) -> bytes:
        """Return the length of each token of a piece."""
        if len(piece) < SHORT:
            starts = self._by_scan(piece)
            return bytes(map(sub, starts[1:], starts))
        if len(piece) <= STRETCH:
            return self._stretches[piece]
        return self._by_stretches(piece)

    def _by_scan(self, piece: bytes) -> list[int]:
        """Return the offset of each token, and the length of the piece at the end."""
        rank, pairs = self._rank, self._pairs
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

    def _by_heap(self, piece: bytes) -> bytes:
        """Merge with a heap of `rank << 32 | offset`; an entry is stale when `ranks` at its offset says something else."""
        rank, pairs, size = self._rank, self._pairs, len(piece)
        ranks = [pairs[first << 8 | second] for first, second in pairwise(piece)]
        ranks.append(NEVER)
        tokens = [_BYTES[byte] for byte in piece]
        after = list(range(1, size + 1))
        before = list(range(-1, size - 1))
        heap = [low << 32 | at for at, low in enumerate(ranks) if low != NEVER]
        heapify(heap)
        while heap:
            entry = heappop(heap)
            at = entry & NEVER
            if ranks[at] != entry >> 32:
                continue
            gone = after[at]
            ranks[at] = ranks[gone] = NEVER
            union = tokens[at] = tokens[at] + tokens[gone]
            tokens[gone] = b""
            end = after[at] = after[gone]
            if end < size:
                before[end] = at
                ranks[at] = low = rank(union + tokens[end])
                if low != NEVER:
                    heappush(heap, low << 32 | at)
            previous = before[at]
            if previous >= 0:
                ranks[previous] = low = rank(tokens[previous] + union)
                if low != NEVER:
                    heappush(heap, low << 32 | previous)
        return bytes([len(token) for token in tokens if token])

    def _by_stretches(self, piece: bytes) -> bytes:
        """Merge a stretch, go some tokens back and merge the next one; where two do not fit, go further back for a longer one.

        Stretches fit if the tokens on either side of the seam stay two when they are merged alone. Merges on one side know
        nothing of the other until one of them crosses the seam, and the first that does has its bytes in these two tokens.
        """
        tokens, at, stretch = bytearray(), 0, STRETCH
        while at < len(piece):
            pause()
            found = self._stretches[piece[at : at + stretch]]
            if tokens and not self._is_seam(piece, at - tokens[-1], at, at + found[0]):
                back = at - stretch // 2
                while tokens and at > back:
                    at -= tokens.pop()
                stretch *= 2
                continue
            tokens += found
            at += sum(found)
            if at < len(piece):
                at -= sum(tokens[-_OVERLAP:])
                del tokens[-_OVERLAP:]
            stretch = STRETCH
        return bytes(tokens)

    def _is_seam(self, piece: bytes, start: int, seam: int, end: int) -> bool:
        """Say whether two neighbouring tokens stay two when nothing stands around them."""
        return self.lengths(piece[start:end]) == bytes((seam - start, end - seam))
