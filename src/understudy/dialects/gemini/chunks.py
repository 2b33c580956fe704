"""The chunks of a stream, each put together when it is looked at (wire.md 12): candidates take turns, and totals run.

In: what each candidate says, piece by piece, and what all of it costs. Out: frames with the identifier as their joint. What a
chunk says is written once for all streams that say it; behind it stand the counts up to there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, count
from operator import mul
from typing import Any

from understudy.dialects._cut import Pieces, parted
from understudy.dialects._due import Due, Looked, Table
from understudy.dialects.gemini import usage
from understudy.dialects.gemini.events import Frame, beginning, behind, counted
from understudy.dialects.gemini.usage import Costs
from understudy.model.call import Call
from understudy.model.lazy import InTurns, Lazy
from understudy.model.token_counts import narrow, summed

_TABLES = 16  # of what one candidate says or thinks each
Document = dict[str, Any]


class Said:
    """What one candidate says, chunk by chunk, as chunks begin; the tokens of each; whether they are thought."""

    def __init__(self, index: int) -> None:
        self._index = index
        self.chunks: Due[bytes] = Due()
        self.tokens: list[int] = []
        self.flags: list[bool] = []

    def add(self, candidate: Document, tokens: int) -> None:
        """Add a candidate as it is."""
        self.chunks.ready([beginning(candidate)])
        self.tokens.append(tokens)
        self.flags.append(False)

    def say(self, cut: Pieces, *, is_thought: bool) -> None:
        """Add a chunk for each piece."""
        texts, tokens = parted(cut)
        self.chunks.ready(Looked(_beginnings(self._index, is_thought), texts))
        self.tokens += tokens
        self.flags += [is_thought] * len(texts)


@lru_cache(_TABLES)
def _beginnings(index: int, is_thought: bool) -> Table[str, bytes]:
    """How the chunks of a candidate begin, by their text."""
    return Table(lambda text: beginning(chunk(index, text_part(text, is_thought=is_thought))))


class Told(Lazy[Frame]):
    """The chunks of a stream, each put together when it is looked at: what it says, and the counts up to its end.

    Args:
        call: what is answered.
        costs: what all of it costs.
        said: what each candidate says; they take turns.
        thought: what was thought before the first.

    Attributes:
        tokens: what each chunk carries.
    """

    def __init__(self, call: Call, costs: Costs, said: list[Said], thought: int) -> None:
        self._costs, self._before = costs, thought
        self._sse, self._end = call.extra.sse, behind(call.model, sse=call.extra.sse)
        self._said: Lazy[bytes] = said[0].chunks
        tokens, flags = said[0].tokens, said[0].flags
        self._last = len(tokens) - 1
        if len(said) > 1:
            self._said = turns = InTurns([one.chunks for one in said])
            tokens, flags = [*InTurns([one.tokens for one in said])], [*InTurns([one.flags for one in said])]
            rounds = [*turns.rounds]
            self._last = rounds.index(rounds[-1])
        self.tokens, self._totals = narrow(tokens), summed(tokens[: self._last])
        self._thoughts: Sequence[int] = narrow([*accumulate(map(mul, tokens, flags))]) if any(flags) else b""

    @property
    def rounds(self) -> Iterator[int]:
        """The turn in which each chunk comes."""
        return self._said.rounds if isinstance(self._said, InTurns) else iter(range(len(self)))

    def __len__(self) -> int:
        return len(self._said)

    def settle(self, text: str) -> None:
        """Let what is said do so."""
        self._said.settle(text)

    def __iter__(self) -> Iterator[Frame]:
        return map(self._frame, self._said, count())

    def _at(self, place: int) -> Frame:
        return self._frame(self._said[place], place)

    def _frame(self, said: bytes, place: int) -> Frame:
        used, thought = self._costs.tokens, self._costs.thought
        if place < self._last:  # in the last round all has been said
            thoughts = self._thoughts[place] if self._thoughts else 0
            used, thought = min(used, self._totals[place] - thoughts), min(thought, self._before + thoughts)
        return counted(said, usage.running(self._costs, used, thought), self._end, sse=self._sse, first=not place)


def text_part(text: str, *, is_thought: bool) -> Document:
    """Write a text or a thought as a part."""
    return {"text": text, "thought": True} if is_thought else {"text": text}


def chunk(index: int, wire: Document) -> Document:
    """Write a candidate that says one part."""
    return {"content": {"parts": [wire], "role": "model"}, "index": index}
