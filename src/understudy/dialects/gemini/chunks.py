"""The chunks of a stream, each written when it is looked at (wire.md 12): candidates take turns, and totals run.

In: what each candidate says, piece by piece, and what all of it costs. Out: frames with the identifier as their joint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, count
from operator import mul
from typing import Any

from understudy.dialects._cut import Pieces, parted
from understudy.dialects._due import Due
from understudy.dialects.gemini import usage
from understudy.dialects.gemini.events import Frame, frame
from understudy.dialects.gemini.usage import Costs
from understudy.model.call import Call
from understudy.model.lazy import InTurns, Lazy
from understudy.model.token_counts import narrow, packed

Document = dict[str, Any]


class Said:
    """What one candidate says, chunk by chunk: a piece, or the candidate as it is; its tokens; whether they are thought."""

    def __init__(self) -> None:
        self.chunks: Due[str | Document] = Due()
        self.tokens: list[int] = []
        self.flags: list[bool] = []

    def add(self, candidate: Document, tokens: int) -> None:
        """Add a candidate as it is."""
        self.chunks.ready([candidate])
        self.tokens.append(tokens)
        self.flags.append(False)

    def say(self, cut: Pieces, *, is_thought: bool) -> None:
        """Add a chunk for each piece."""
        texts, tokens = parted(cut)
        self.chunks.say(lambda text, _: text, texts)
        self.tokens += tokens
        self.flags += [is_thought] * len(texts)


class Told(Lazy[Frame]):
    """The chunks of a stream, each written when it is looked at: what it says, and the counts up to its end.

    Args:
        call: what is answered.
        costs: what all of it costs.
        said: what each candidate says; they take turns.
        thought: what was thought before the first.

    Attributes:
        tokens: what each chunk carries.
        rounds: the turn in which each comes.
    """

    def __init__(self, call: Call, costs: Costs, said: list[Said], thought: int) -> None:
        self._call, self._costs, self._before = call, costs, thought
        self._said: Lazy[str | Document] = said[0].chunks
        tokens, flags = said[0].tokens, said[0].flags
        self.rounds: Sequence[int] = range(len(tokens))
        self._indices: Sequence[int] | None = None
        self._last = len(tokens) - 1
        if len(said) > 1:
            turns = sorted((k, i) for i, one in enumerate(said) for k in range(len(one.chunks)))
            self.rounds, self._indices = narrow([k for k, _ in turns]), narrow([i for _, i in turns])
            tokens, flags = [said[i].tokens[k] for k, i in turns], [said[i].flags[k] for k, i in turns]
            self._said = InTurns([one.chunks for one in said], self._indices, self.rounds)
            self._last = len(turns) - sum(k == turns[-1][0] for k, _ in turns)
        self.tokens, self._totals = narrow(tokens), narrow([*accumulate(tokens)])
        self._are_thoughts: Sequence[int] = b""
        self._thoughts: Sequence[int] = b""
        if any(flags):
            self._are_thoughts, self._thoughts = packed(flags), narrow([*accumulate(map(mul, tokens, flags))])

    def __len__(self) -> int:
        return len(self.tokens)

    def settle(self, text: str) -> None:
        """Let what is said do so."""
        self._said.settle(text)

    def __iter__(self) -> Iterator[Frame]:
        return map(self._frame, self._said, count())

    def _at(self, place: int) -> Frame:
        return self._frame(self._said[place], place)

    def _frame(self, candidate: str | Document, place: int) -> Frame:
        if isinstance(candidate, str):
            index = 0 if self._indices is None else self._indices[place]
            is_thought = bool(self._are_thoughts and self._are_thoughts[place])
            candidate = chunk(index, text_part(candidate, is_thought=is_thought))
        used, thought = self._costs.tokens, self._costs.thought
        if place < self._last:  # in the last round all has been said
            thoughts = self._thoughts[place] if self._thoughts else 0
            used, thought = min(used, self._totals[place] - thoughts), min(thought, self._before + thoughts)
        counts = usage.running(self._costs, used, thought)
        document = {"candidates": [candidate], "usageMetadata": counts, "modelVersion": self._call.model}
        return frame(document, sse=self._call.extra.sse, first=not place)


def text_part(text: str, *, is_thought: bool) -> Document:
    """Write a text or a thought as a part."""
    return {"text": text, "thought": True} if is_thought else {"text": text}


def chunk(index: int, wire: Document) -> Document:
    """Write a candidate that says one part."""
    return {"content": {"parts": [wire], "role": "model"}, "index": index}
