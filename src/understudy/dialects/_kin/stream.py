"""Streams of the family: chunks amended by the provider, rendered once for each fixed reply.

In: a call, replies, a `Kin`. Out: a stream. Its chunks are kept with holes where the identifier, the time and what else is an
answer's own belong; the chunks that count are made for each answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._cut import streamed
from understudy.dialects._fixed import rendered
from understudy.dialects._kin.events import GRAMMAR
from understudy.dialects._kin.kin import Answered, Document, Kin, Pad, Place
from understudy.dialects._kin.parts import all_costs, called, finish_of, head
from understudy.dialects._stencil import Row, as_sheet, cut_out, fill, hole
from understudy.dialects._turn import Part, Turn, cut, work_out
from understudy.model.call import Call
from understudy.model.frame import Frames, Sheet, Stream
from understudy.model.reply import Reply

Said = tuple[Place, Document, int]

_ID, _CREATED, _OWN, _PADDING = range(4)  # the holes of a chunk
_encode = msgspec.json.encode


class Told(Struct):
    """What is kept of a stream: its chunks and the tokens they carry, and the choice of the one that ends and counts.

    Where all chunks have the same holes they are frames of the sheet, and `joint` is what belongs there.
    """

    turns: tuple[Turn, ...]
    rows: list[Row]
    sheet: Sheet
    joint: Row | None
    number: int
    ending: bytes | None


def stream(kin: Kin, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Stream:
    """Stream a chat or a completion."""
    told = _told(kin, call, replies, moment)
    spent, own = all_costs(told.turns, replies, moment), kin.own(moment)
    answered = Answered(call, moment, spent, told.turns, own=own)
    opened, last = head(kin, answered), []
    if told.ending is not None:
        answered.place, answered.number = "last", told.number
        document = {**opened, "choices": [msgspec.json.decode(told.ending)], "usage": kin.usage(spent)}
        last.append(_event(_padded(kin, kin.chunk(document, answered), answered)))
    if kin.counts == "always" or (kin.counts == "asked" and call.extra.include_usage):
        answered.place, answered.number = "usage", told.number
        document = {**opened, "choices": [], "usage": kin.usage(spent)}
        last.append(_event(_padded(kin, kin.chunk(document, answered), answered)))
    last.append(b"data: [DONE]\n\n")
    values = (_encode(opened["id"]), b"%d" % moment.created, _encode(own))
    joint, sheet = b"", told.sheet
    if told.joint is not None:
        joint = fill(told.joint, values)
    else:
        made = partial(_filled, values) if kin.pad is None else partial(_filled_up, values, kin.pad, moment)
        first = (kin.preamble,) if kin.preamble else ()
        sheet = sheet.showing(Frames(told.rows, made, first))
    return Stream(sheet, joint, tuple(last), spent.prompt, spent.completion, grammar=GRAMMAR)


def _told(kin: Kin, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Told:
    key = (call.model, call.operation, call.extra.include_usage, call.max_tokens, call.extra.stops)
    shares = len(replies) == 1 and kin.shares(call)
    return rendered(replies[0], key, moment, partial(_rendered, kin, call, replies, moment), _weight, shares=shares)


def _weight(told: Told) -> int:
    return len(told.sheet.tokens)


def _filled(values: tuple[bytes, ...], row: Row, _place: int) -> bytes:
    return fill(row, values)


def _filled_up(values: tuple[bytes, ...], pad: Pad, moment: Moment, row: Row, place: int) -> bytes:
    return fill(row, (*values, _encode(pad(moment, place))) if place else values)


def _padded(kin: Kin, document: Document, answered: Answered) -> Document:
    if kin.pad is not None and answered.number:
        document["p"] = kin.pad(answered.moment, answered.number)
    return document


def _rendered(kin: Kin, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Told:
    """Render the chunks of a stream, with holes."""
    said = tuple(map(streamed, replies))
    turns = tuple(work_out(call, reply, call.extra.stops) for reply in said)
    answered = Answered(call, moment, all_costs(turns, said, moment), turns, own=hole(_OWN))
    opened = head(kin, answered) | {"id": hole(_ID), "created": hole(_CREATED)}
    found = _said_in_order(kin, answered, said)
    ending = _encode(found.pop()[1]) if kin.counts == "finish" else None
    rows = []
    for number, (place, choice, _) in enumerate(found):
        answered.place, answered.number = place, number
        document: Document = {**opened, "choices": [choice]}
        if kin.counts == "asked" and call.extra.include_usage:
            document["usage"] = None
        document = kin.chunk(document, answered)
        if kin.pad is not None and number:
            document["p"] = hole(_PADDING)
        rows.append(cut_out(_event(document)))
    tokens = [0] * bool(kin.preamble) + [count for _, _, count in found]
    shared = None if kin.preamble else as_sheet(rows, tokens)
    if shared is None:
        return Told(turns, rows, Sheet([], tokens), None, len(found), ending)
    return Told(turns, [], *shared, len(found), ending)


def _said_in_order(kin: Kin, answered: Answered, replies: tuple[Reply, ...]) -> list[Said]:
    """The choices of all chunks in order, as the provider says calls and roles."""
    found = list(_choices(kin, answered, replies))
    if kin.streams_calls == "together":
        found = list(_together(found))
    if not kin.opens and answered.call.operation == "chat":
        for choice in {each[1]["index"]: each[1] for each in reversed(found)}.values():
            choice["delta"]["role"] = "assistant"
    return found


def _event(document: Document) -> bytes:
    return b"data: " + _encode(document) + b"\n\n"


def _choices(kin: Kin, answered: Answered, replies: tuple[Reply, ...]) -> Iterator[Said]:
    """The choices of all chunks in order; several answers come one after the other."""
    call = answered.call
    for index, (turn, reply) in enumerate(zip(answered.turns, replies, strict=True)):
        position = 0
        is_chat = call.operation == "chat"
        if is_chat and kin.opens:
            yield "first", _delta(index, {"role": "assistant", "content": ""}), 0
        for part in turn.parts:
            if part.kind == "reasoning" and not (kin.thought and is_chat):
                continue
            pieces = cut(part, reply, call, answered.moment)
            if part.kind == "call":
                made = called(kin, part, index * 1000 + position, answered.moment)
                if kin.streams_calls != "pieces":
                    yield "said", _delta(index, {"tool_calls": [{"index": position, **made}]}), sum(n for _, n in pieces)
                    position += 1
                    continue
                opened = {"index": position, **made, "function": {"name": part.name, "arguments": ""}}
                yield "said", _delta(index, {"tool_calls": [opened]}), 0
            for text, tokens in pieces:
                yield "said", _delta_of(kin, part, index, position, text, is_chat=is_chat), tokens
            position += part.kind == "call"
        end: Document = _delta(index, {}) if is_chat else {"index": index, "text": "", "logprobs": None}
        yield "last", {**end, "finish_reason": finish_of(kin, turn)}, 0


def _together(rows: list[Said]) -> Iterator[Said]:
    """Say the calls that follow each other in one chunk."""
    held: Said | None = None
    for row in rows:
        calls = row[1].get("delta", {}).get("tool_calls")
        if calls and held:
            held[1]["delta"]["tool_calls"] += calls
            held = (held[0], held[1], held[2] + row[2])
        elif calls:
            held = row
        else:
            if held:
                yield held
            held = None
            yield row


def _delta(index: int, delta: Document) -> Document:
    return {"index": index, "delta": delta, "logprobs": None, "finish_reason": None}


def _delta_of(kin: Kin, part: Part, index: int, position: int, text: str, *, is_chat: bool) -> Document:
    if not is_chat:
        return {"index": index, "text": text, "logprobs": None, "finish_reason": None}
    if part.kind == "call":
        return _delta(index, {"tool_calls": [{"index": position, "function": {"arguments": text}}]})
    delta: dict[str, Any] = {"content": text} if part.kind == "text" else dict.fromkeys(kin.thought, text)
    return _delta(index, delta)
