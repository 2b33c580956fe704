"""Answers in the form of Anthropic's messages, as Bedrock has them: a document, or events without names (wire.md 11, 14.3)."""

from __future__ import annotations

import re
from typing import Any

from understudy.dialects import Moment
from understudy.dialects._cut import Pieces, parted
from understudy.dialects._turn import Costs, Part, Turn, cut, letters
from understudy.dialects.bedrock.converse import Kind, signature, tool_input
from understudy.dialects.bedrock.frames import Span, Words, one
from understudy.model.call import Call
from understudy.model.reply import Finish, Reply

_REASONS: dict[Finish, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
}
_MEMBERS: dict[Kind, tuple[str, str]] = {
    "text": ("text_delta", "text"),
    "reasoning": ("thinking_delta", "thinking"),
    "call": ("input_json_delta", "partial_json"),
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


def _message(model: str, key: bytes) -> dict[str, Any]:
    """The members that open a message; the model goes by its own name, without vendor and version."""
    name = _VERSION.sub("", model.rpartition("anthropic.")[2])
    return {"model": name, "id": f"msg_bdrk_01{key.decode()}", "type": "message", "role": "assistant"}


def whole(turn: Turn, spent: Costs, call: Call, moment: Moment) -> dict[str, Any]:
    """Write a whole answer."""
    ended = {"stop_reason": _reason(turn), "stop_sequence": turn.sequence}
    return {**_message(call.model, moment.key), "content": _blocks(turn, call, moment), **ended, "usage": _usage(spent)}


def opened(model: str, key: bytes, spent: Costs) -> dict[str, Any]:
    """Make the event that opens the message of a stream: of a model, the answer's own key, and what it costs."""
    usage = {**_usage(spent), "output_tokens": min(1, spent.completion)}
    message = {**_message(model, key), "content": [], "stop_reason": None, "stop_sequence": None, "usage": usage}
    return {"type": "message_start", "message": message}


def spans(turn: Turn, spent: Costs, call: Call, reply: Reply, moment: Moment) -> list[Span]:
    """Tell the events of a stream behind the one that opens the message."""
    found: list[Span] = []
    pairs = zip(_shown(turn, call), _blocks(turn, call, moment), strict=True)
    for index, (part, block) in enumerate(pairs):
        empty = {name: {} if name == "input" else "" for name in ("text", "thinking", "signature", "input") if name in block}
        found.append(_one({"type": "content_block_start", "index": index, "content_block": {**block, **empty}}))
        found.append(_deltas(index, part.kind, cut(part, reply, call, moment)))
        if part.kind == "reasoning":
            signed = {"type": "signature_delta", "signature": block["signature"]}
            found.append(_one({"type": "content_block_delta", "index": index, "delta": signed}))
        found.append(_one({"type": "content_block_stop", "index": index}))
    delta = {"stop_reason": _reason(turn), "stop_sequence": turn.sequence}
    ended = {"type": "message_delta", "delta": delta, "usage": {"output_tokens": spent.completion}}
    return [*found, _one(ended), _one({"type": "message_stop"})]


def _one(document: dict[str, Any]) -> Span:
    return one("chunk", document)


def _deltas(index: int, kind: Kind, pieces: Pieces) -> Span:
    return Span("chunk", Words(_delta, (index, kind)), *parted(pieces))


def _delta(index: int, kind: Kind, text: str) -> dict[str, Any]:
    said, member = _MEMBERS[kind]
    return {"type": "content_block_delta", "index": index, "delta": {"type": said, member: text}}
