"""A reply worked out for a call: the content blocks that are said within the limits, why they end, and what they cost.

In: a call and a reply. Out: an `Answer` whose blocks have the members of the wire, identifiers of tool calls left open. Output
tokens are an estimate (tokens.md 7): o200k_base tokens times the family's factor, and 2 for the end of the turn.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import shake_128
from math import ceil
from typing import Any, Final

import msgspec
from msgspec import Struct

from understudy.dialects._cut import first_stop, known_tokens, within
from understudy.dialects._thought import thoughtful
from understudy.dialects.anthropic.families import family
from understudy.dialects.anthropic.served import names_of, result_of
from understudy.model.call import Call
from understudy.model.reply import Finish, Item, Reasoning, Refused, Reply, ToolCall
from understudy.text.tokens import Encoding, encoding
from understudy.untrusted import NOT_JSON

_A_CALL = 7  # tokens of a tool call beside its name and arguments
_AN_END = 2
_STOP_REASONS: dict[Finish, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
}
_REFUSAL = {"type": "refusal", "category": None, "explanation": None}


CUT: Final = ("max_tokens", "model_context_window_exceeded")
"""Reasons of answers that were cut, each for one call alone."""


class Part(Struct):
    """One content block; `wire` is the block without identifier, `text` what a stream says piece by piece."""

    kind: str
    text: str
    wire: dict[str, Any]
    id: str | None = None


class Answer(Struct):
    """All blocks; `tokens` is what they cost together, `thought` how much of it was thinking."""

    parts: list[Part]
    tokens: int
    thought: int
    reason: str
    sequence: str | None
    searches: int = 0
    fetches: int = 0

    @property
    def finish(self) -> str:
        """Why it ended, in nobody's words; "" where the reply says so."""
        return "length" if self.reason in CUT else ""

    @property
    def details(self) -> dict[str, Any] | None:
        """What is said of a refusal."""
        return _REFUSAL if self.reason == "refusal" else None


def work_out(call: Call, reply: Reply, room: int | None = None) -> Answer:
    """Apply the limits of the call to a reply and count it; `room` is what the model's window leaves, if that is known."""
    is_narrow = room is not None and (call.max_tokens is None or room < call.max_tokens)
    model, extra = _Meter(call, room if is_narrow else call.max_tokens), call.extra
    parts: list[Part] = []
    served = names_of(extra.served)
    reason = _STOP_REASONS[reply.finish or "stop"]
    sequence = None
    for block in thoughtful(reply.blocks) if extra.thinks else reply.blocks:
        if isinstance(block, ToolCall):
            if not model.take(block.name, block.arguments):
                break
            parts += _called(block, served)
        elif isinstance(block, Reasoning):
            said = model.think(block.text)
            if extra.thinking != "hidden":
                parts.append(_thinking(said, is_shown=extra.thinking == "shown"))
        elif isinstance(block, Item):
            parts += _item(block.data, model)
        else:
            if isinstance(block, Refused) and reply.finish is None:
                reason = "refusal"
            stop = first_stop(block.text, extra.stops)
            text = block.text if stop is None else block.text[: stop[0]]
            parts.append(_text(model.say(text, reply)))
            if stop is not None and not model.is_full:
                reason, sequence = "stop_sequence", stop[1]
        if sequence is not None or model.is_full:
            break
    if model.is_full:
        reason = "model_context_window_exceeded" if is_narrow else "max_tokens"
    elif reply.finish is None and sequence is None:
        reason = _reason(parts, reason)
    used = [part.wire["name"] for part in parts if part.kind == "server_tool_use"]
    found = _with_results(parts)
    return Answer(found, model.total, model.thought, reason, sequence, used.count("web_search"), used.count("web_fetch"))


class _Meter:
    """Counts what is said and stops it at the limit."""

    def __init__(self, call: Call, limit: int | None) -> None:
        self._encoding: Encoding = encoding("o200k_base")
        self._factor = family(call.model).factor
        self._limit = limit
        self._tokens = 0
        self._thought = 0
        self.is_full = limit == 0

    @property
    def total(self) -> int:
        """All tokens so far, the end of the turn included; a turn that was cut costs its limit."""
        if self.is_full:
            return self._limit or 0
        return self._cost(self._tokens) + _AN_END

    @property
    def thought(self) -> int:
        """Tokens of thinking among them."""
        return min(self._cost(self._thought), self.total)

    def say(self, text: str, reply: Reply | None = None) -> str:
        """Count a text, unless its reply knows its tokens, and cut it where the limit is."""
        if self.is_full:
            return ""
        known = None if reply is None else known_tokens(reply, text)
        count = self._encoding.count(text) if known is None else known
        if self._limit is not None and self._cost(self._tokens + count) + _AN_END > self._limit:
            self.is_full = True
            left = max(1, int(self._limit / self._factor)) - self._tokens
            left = max(0, left)
            text, count = self._encoding.cut(text, left) if reply is None else within(reply, text, self._encoding, left)
        self._tokens += count
        return text

    def think(self, text: str) -> str:
        """Count what was thought."""
        before = self._tokens
        said = self.say(text)
        self._thought += self._tokens - before
        return said

    def take(self, name: str, arguments: str) -> bool:
        """Count a tool call; say whether it fits."""
        count = _A_CALL + self._encoding.count(name) + self._encoding.count(arguments)
        if self._limit is not None and self._cost(self._tokens + count) + _AN_END > self._limit:
            self.is_full = True
            return False
        self._tokens += count
        return True

    def _cost(self, tokens: int) -> int:
        return ceil(round(tokens * self._factor, 6))


def _text(text: str) -> Part:
    return Part("text", text, {"type": "text", "text": text})


def _thinking(text: str, *, is_shown: bool) -> Part:
    """A block of thought; its signature is a function of the thought, as long as the API's."""
    signature = b64encode(b"\x12\xb5\x01" + shake_128(text.encode("utf-8", "replace")).digest(180)).decode()
    shown = text if is_shown else ""
    return Part("thinking", shown, {"type": "thinking", "thinking": shown, "signature": signature})


def _called(call: ToolCall, served: frozenset[str]) -> list[Part]:
    """The block of a tool call: the client's own, or one that the API runs itself."""
    kind = "server_tool_use" if call.name in served else "tool_use"
    try:
        value = msgspec.json.decode(call.arguments)
        given: Any = msgspec.Raw(call.arguments.encode()) if isinstance(value, dict) else None
    except NOT_JSON:
        given = None
    if given is None:
        given = {"INVALID_JSON": call.arguments}
    wire = {"type": kind, "id": call.id, "name": call.name, "input": given}
    return [Part(kind, call.arguments, wire, call.id)]


def _item(data: dict[str, Any], model: _Meter) -> list[Part]:
    """A block that the script spells out: cited text, hidden thinking, the API's own tools; another provider's is none here."""
    kind = data["type"]
    if kind == "text":
        said = model.say(str(data.get("text", "")))
        cited = {"citations": data["citations"]} if isinstance(data.get("citations"), list) else {}
        return [Part("text", said, {**cited, "type": "text", "text": said})]
    if kind.endswith("_tool_result"):
        return [Part(kind, "", {"type": kind, "tool_use_id": None, **data})]
    if kind in ("server_tool_use", "mcp_tool_use"):
        given = data.get("input") or {}
        wire = {"type": kind, "id": None, "name": "", **data, "input": given}
        return [Part(kind, msgspec.json.encode(given).decode(), wire, data.get("id"))]
    return [Part(kind, "", data)] if kind in ("redacted_thinking", "container_upload") else []


def _with_results(parts: list[Part]) -> list[Part]:
    """Put the (empty) result of a tool that the API runs after its call, unless the turn pauses there."""
    found: list[Part] = []
    for i, part in enumerate(parts):
        found.append(part)
        if part.kind == "server_tool_use" and i + 1 < len(parts) and not parts[i + 1].kind.endswith("_tool_result"):
            kind, content = result_of(part.wire["name"])
            found.append(Part(kind, "", {"type": kind, "tool_use_id": None, "content": content}))
    return found


def _reason(parts: list[Part], reason: str) -> str:
    """Why a turn ends that nobody cut: for the client's tools, in the middle of the API's own, or because all is said."""
    kinds = [part.kind for part in parts]
    if "tool_use" in kinds:
        return "tool_use"
    return "pause_turn" if kinds[-1:] == ["server_tool_use"] else reason


def blocks(answer: Answer, identify: Any) -> list[dict[str, Any]]:
    """Write the content of a whole answer; `identify(position, kind)` makes the identifiers that are left open."""
    found: list[dict[str, Any]] = []
    last = ""
    for position, part in enumerate(answer.parts):
        wire = part.wire
        if "id" in wire:
            last = part.id or identify(position, part.kind)
            wire = {**wire, "id": last}
        elif "tool_use_id" in wire:
            wire = {**wire, "tool_use_id": wire["tool_use_id"] or last}
        found.append(wire)
    return found
