"""Chunks of a chat stream: `data: {"id":"` joint `,"model":...}`, where the joint is identifier and creation time.

Key order, null members and the length law of `obfuscation`: wire.md 3.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from understudy.dialects._cut import Pieces, parted
from understudy.dialects._due import Due, Table
from understudy.dialects._openai.families import Family, family
from understudy.model.frame import Frame


class Rows:
    """The chunks of one choice in order, with the tokens each carries; most are written when they are looked at."""

    __slots__ = ("are_ready", "frames", "tokens")

    def __init__(self) -> None:
        self.are_ready = True
        self.frames: Due[Frame] = Due()
        self.tokens: list[int] = []

    def add(self, *frames: Frame) -> None:
        """Add chunks that carry no tokens."""
        self.frames.ready(frames)
        self.tokens += [0] * len(frames)

    def ready(self, frames: Sequence[Frame], tokens: Iterable[int]) -> None:
        """Add chunks as they are, with the tokens each carries."""
        self.frames.ready(frames)
        self.tokens += tokens

    def say(self, cut: Pieces, write: Callable[[str, int], Frame]) -> None:
        """Add a chunk for each piece of a text, of which one after the other is written, given its place."""
        texts, tokens = parted(cut)
        self.are_ready = False
        self.frames.say(write, texts)
        self.tokens += tokens


_encode = msgspec.json.encode
_REASONS = 16  # why a choice ended; scripts may tell any
_PAD = "7aZ3kQ9mX1cV5bN0"  # any string over [0-9A-Za-z] will do; only its length matters
_JOINT = len('chatcmpl-","object":"chat.completion.chunk","created":') + 29 + 10


class Chunker(Table[str, Frame]):
    """Content chunks of one choice by their text, made on demand; `first` is the role chunk, `opening` its delta."""

    def __init__(
        self, model: str, index: int, *, usage: bool, obfuscate: bool, tier: str = "default", odds: bool = False
    ) -> None:
        super().__init__(lambda text: self.chunk({"content": text}), name=model)
        self._model, self._traits, self._index = model, family(model), index
        self._tier, self._has_odds = tier, odds or self._traits.logprobs
        self._usage = b',"usage":null' if usage else b""
        self._obfuscate = obfuscate
        refusal = {"refusal": None} if self._traits.declines else {}
        self.opening: dict[str, Any] = {"role": "assistant", "content": "", **refusal}
        self.first = self.chunk(self.opening)
        self._last: dict[str, Frame] = {}

    def last(self, finish: str) -> Frame:
        """The chunk that says nothing but why the choice ended."""
        found = self._last.get(finish)
        if found is None:
            found = self.chunk({}, finish)
            if len(self._last) < _REASONS:
                self._last[finish] = found
        return found

    def chunk(self, delta: Mapping[str, Any], finish: str | None = None, odds: Mapping[str, Any] | None = None) -> Frame:
        """Render a chunk with any delta, and the probabilities of its tokens."""
        choice: dict[str, Any] = {"index": self._index, "delta": delta, "logprobs": odds, "finish_reason": finish}
        if not self._has_odds:
            del choice["logprobs"]
        choices = b"[" + _encode(choice) + b"]"
        return _chunk(self._model, self._traits, choices, self._usage, obfuscate=self._obfuscate, tier=self._tier)

    def legacy_call(self, rows: Rows, name: str, cut: Pieces) -> None:
        """Tell a call in the spelling of 2023."""
        head = {"role": "assistant", "content": None, "function_call": {"name": name, "arguments": ""}, "refusal": None}
        rows.add(self.chunk(head))
        rows.say(cut, lambda text, _: self.chunk({"function_call": {"arguments": text}}))

    def calls(self, rows: Rows, calls: list[dict[str, Any]], cut: Callable[[str], Pieces], *, alone: bool) -> None:
        """Tell tool calls: one call alone merges its header into the role chunk, several follow a bare role chunk."""
        role: dict[str, Any] = {"role": "assistant", "content": None}
        if alone and len(calls) > 1:
            rows.add(self.chunk(role))
        for i, call in enumerate(calls):
            kind = call["type"]
            (_, name), (member, said) = call[kind].items()  # the name, then the arguments or the input
            header = {"index": i, **call, kind: {"name": name, member: ""}}
            delta: dict[str, Any] = {"tool_calls": [header]}
            if alone and len(calls) == 1:
                delta = {**role, **delta, "refusal": None}
            rows.add(self.chunk(delta))
            rows.say(cut(said), partial(self._argument, i, kind, member))

    def _argument(self, index: int, kind: str, member: str, text: str, _: int) -> Frame:
        return self.chunk({"tool_calls": [{"index": index, kind: {member: text}}]})


def usage_chunk(model: str, usage: Mapping[str, Any], *, obfuscate: bool, tier: str = "default") -> Frame:
    """Render the chunk that carries the usage and no choice."""
    return _chunk(model, family(model), b"[]", b',"usage":' + _encode(usage), obfuscate=obfuscate, tier=tier)


def moderation_chunk(
    model: str, moderation: Mapping[str, Any], *, usage: bool, obfuscate: bool, tier: str = "default"
) -> Frame:
    """Render the chunk that carries the verdicts on a moderated chat and no choice; it is the last."""
    found = b'[],"moderation":' + _encode(moderation)
    return _chunk(model, family(model), found, b',"usage":null' if usage else b"", obfuscate=obfuscate, tier=tier)


def _chunk(model: str, traits: Family, choices: bytes, usage: bytes, *, obfuscate: bool, tier: str) -> Frame:
    head = b'data: {"id":"'
    tail = b',"model":%b,"service_tier":%b,"system_fingerprint":%b,"choices":%b%b' % (
        _encode(model),
        _encode(tier),
        _encode(traits.fingerprint),
        choices,
        usage,
    )
    if obfuscate:
        # the JSON's length in characters without the member, plus the padding, is a multiple of 16
        length = len('{"id":"') + _JOINT + len(tail.decode()) + 1
        tail += b',"obfuscation":"%b"' % _PAD[: -length % 16].encode()
    return head, tail + b"}\n\n"
