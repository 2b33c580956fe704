"""Answers in the form of Anthropic's messages, as Bedrock has them: a document, or events without names (wire.md 11, 14.3)."""

from __future__ import annotations

import re
from typing import Any

from understudy.dialects import Moment
from understudy.dialects._cut import Pieces, parted
from understudy.dialects._turn import Costs, Part, Turn, cut, letters
from understudy.dialects.bedrock.converse import signature, tool_input
from understudy.dialects.bedrock.frames import Span, one
from understudy.model.call import Call
from understudy.model.reply import Finish, Reply

_REASONS: dict[Finish, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
}

_VERSION = re.compile(r"-v\d+:\d+$")


def _usage(spent: Costs) -> dict[str, Any]:
    return {
        "input_tokens": spent.prompt - spent.cached,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": spent.cached,
        "output_tokens": spent.completion,
    }


def _reason(turn: Turn) -> str:
    if turn.sequence is not None:
        return "stop_sequence"
    return "refusal" if turn.declines and turn.finish == "stop" else _REASONS[turn.finish]


def _shown(turn: Turn, call: Call) -> list[Part]:
    return [part for part in turn.parts if part.kind != "reasoning" or call.extra.thinks]


def _blocks(turn: Turn, call: Call, moment: Moment) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    position = 0
    for part in _shown(turn, call):
        if part.kind == "call":
            made = part.id or f"toolu_bdrk_01{letters(moment, position, 22)}"
            found.append({"type": "tool_use", "id": made, "name": part.name, "input": tool_input(part.text)})
            position += 1
        elif part.kind == "reasoning":
            found.append({"type": "thinking", "thinking": part.text, "signature": signature(part.text)})
        else:
            found.append({"type": "text", "text": part.text})
    return found


def _message(call: Call, moment: Moment) -> dict[str, Any]:
    """The members that open a message; the model goes by its own name, without vendor and version."""
    name = _VERSION.sub("", call.model.rpartition("anthropic.")[2])
    return {"model": name, "id": _identifier(moment), "type": "message", "role": "assistant"}


def whole(turn: Turn, spent: Costs, call: Call, moment: Moment) -> dict[str, Any]:
    """Write a whole answer."""
    ended = {"stop_reason": _reason(turn), "stop_sequence": turn.sequence}
    return {**_message(call, moment), "content": _blocks(turn, call, moment), **ended, "usage": _usage(spent)}


def spans(turn: Turn, spent: Costs, call: Call, reply: Reply, moment: Moment) -> list[Span]:
    """Tell the events of a stream, the first of which opens the message."""
    opened = {**_usage(spent), "output_tokens": min(1, spent.completion)}
    start = {**_message(call, moment), "content": [], "stop_reason": None, "stop_sequence": None, "usage": opened}
    found = [_one({"type": "message_start", "message": start})]
    pairs = zip(_shown(turn, call), _blocks(turn, call, moment), strict=True)
    for index, (part, block) in enumerate(pairs):
        empty = {name: {} if name == "input" else "" for name in ("text", "thinking", "signature", "input") if name in block}
        found.append(_one({"type": "content_block_start", "index": index, "content_block": {**block, **empty}}))
        found.append(_deltas(index, part, cut(part, reply, call, moment)))
        if part.kind == "reasoning":
            signed = {"type": "signature_delta", "signature": block["signature"]}
            found.append(_one({"type": "content_block_delta", "index": index, "delta": signed}))
        found.append(_one({"type": "content_block_stop", "index": index}))
    delta = {"stop_reason": _reason(turn), "stop_sequence": turn.sequence}
    ended = {"type": "message_delta", "delta": delta, "usage": {"output_tokens": spent.completion}}
    return [*found, _one(ended), _one({"type": "message_stop"})]


def _one(document: dict[str, Any]) -> Span:
    return one("chunk", document)


def _deltas(index: int, part: Part, pieces: Pieces) -> Span:
    texts, tokens = parted(pieces)
    return Span("chunk", lambda at: _delta(index, part, texts[at]), tokens)


def named(start: dict[str, Any], moment: Moment) -> dict[str, Any]:
    """The event that opens a message, under the name of another answer."""
    return {**start, "message": {**start["message"], "id": _identifier(moment)}}


def _identifier(moment: Moment) -> str:
    return f"msg_bdrk_01{moment.key.decode()}"


def _delta(index: int, part: Part, text: str) -> dict[str, Any]:
    names = {
        "text": ("text_delta", "text"),
        "reasoning": ("thinking_delta", "thinking"),
        "call": ("input_json_delta", "partial_json"),
    }
    kind, member = names[part.kind]
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, member: text}}
