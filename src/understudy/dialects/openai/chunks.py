"""Chunks of a chat stream: `data: {"id":"` joint `,"model":...}`, where the joint is identifier and creation time.

Key order, null members and the length law of `obfuscation`: wire.md 3.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from understudy.dialects._openai.families import Family, family

Frame = tuple[bytes, bytes]
Row = tuple[Frame, int]

_encode = msgspec.json.encode
_KEPT = 4_000  # content chunks kept for one model; a vocabulary of generated text is smaller
_PAD = "7aZ3kQ9mX1cV5bN0"  # any string over [0-9A-Za-z] will do; only its length matters
_JOINT = len('chatcmpl-","object":"chat.completion.chunk","created":') + 29 + 10


class Chunker(dict[str, Frame]):
    """Content chunks of one choice by their text, made on demand; `first` is the role chunk."""

    def __init__(
        self, model: str, index: int, *, usage: bool, obfuscate: bool, tier: str = "default", odds: bool = False
    ) -> None:
        super().__init__()
        self._model, self._traits, self._index = model, family(model), index
        self._tier, self._has_odds = tier, odds or self._traits.logprobs
        self._usage = b',"usage":null' if usage else b""
        self._obfuscate = obfuscate
        self.first = self.chunk({"role": "assistant", "content": "", "refusal": None})

    def __missing__(self, text: str) -> Frame:
        if len(self) >= _KEPT:
            self.clear()
        self[text] = frame = self.chunk({"content": text})
        return frame

    def chunk(self, delta: Mapping[str, Any], finish: str | None = None, odds: Mapping[str, Any] | None = None) -> Frame:
        """Render a chunk with any delta, and the probabilities of its tokens."""
        choice: dict[str, Any] = {"index": self._index, "delta": delta, "logprobs": odds, "finish_reason": finish}
        if not self._has_odds:
            del choice["logprobs"]
        choices = b"[" + _encode(choice) + b"]"
        return _chunk(self._model, self._traits, choices, self._usage, obfuscate=self._obfuscate, tier=self._tier)

    def legacy_call(self, name: str, cut: list[tuple[str, int]]) -> list[Row]:
        """Render a call in the spelling of 2023."""
        head = {"role": "assistant", "content": None, "function_call": {"name": name, "arguments": ""}, "refusal": None}
        said = ((self.chunk({"function_call": {"arguments": text}}), tokens) for text, tokens in cut)
        return [(self.chunk(head), 0), *said]

    def calls(self, calls: list[dict[str, Any]], cut: Callable[[str], list[tuple[str, int]]], *, alone: bool) -> list[Row]:
        """Render tool calls: one call alone merges its header into the role chunk, several follow a bare role chunk."""
        rows: list[Row] = []
        role: dict[str, Any] = {"role": "assistant", "content": None}
        if alone and len(calls) > 1:
            rows.append((self.chunk(role), 0))
        for i, call in enumerate(calls):
            kind = call["type"]
            (_, name), (member, said) = call[kind].items()  # the name, then the arguments or the input
            header = {"index": i, **call, kind: {"name": name, member: ""}}
            delta: dict[str, Any] = {"tool_calls": [header]}
            if alone and len(calls) == 1:
                delta = {**role, **delta, "refusal": None}
            rows.append((self.chunk(delta), 0))
            for text, tokens in cut(said):
                rows.append((self.chunk({"tool_calls": [{"index": i, kind: {member: text}}]}), tokens))
        return rows


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
