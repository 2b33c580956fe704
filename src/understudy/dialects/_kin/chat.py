"""Chats and text completions of the family: documents and chunks, amended by the provider.

In: a call, replies, a `Kin`. Out: a body or a stream. All events belong to their answer: nothing is shared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from understudy.dialects import Moment
from understudy.dialects._cut import streamed
from understudy.dialects._kin.events import GRAMMAR
from understudy.dialects._kin.kin import Answered, Document, Kin, Place
from understudy.dialects._turn import Costs, Part, Turn, costs, cut, work_out
from understudy.model.call import Call
from understudy.model.frame import Body, Sheet, Stream
from understudy.model.reply import Reply
from understudy.text.logprobs import scored, spelled
from understudy.text.tokens import encoding_for

Row = tuple[Place, Document, int]

_encode = msgspec.json.encode


def encode(kin: Kin, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Answer a chat or a completion."""
    said = tuple(map(streamed, replies)) if call.stream else replies
    turns = tuple(work_out(call, reply, call.extra.stops) for reply in said)
    spent = _costs(turns, said, moment)
    answered = Answered(call, moment, spent, turns)
    if call.stream:
        return _stream(kin, answered, said)
    choices = [_choice(kin, i, turn, answered) for i, turn in enumerate(turns)]
    document = _head(kin, answered) | {"choices": choices, "usage": kin.usage(spent)}
    return Body(_encode(kin.whole(document, answered)), spent.prompt, spent.completion, grammar=GRAMMAR)


def _costs(turns: tuple[Turn, ...], replies: tuple[Reply, ...], moment: Moment) -> Costs:
    found = [costs(turn, reply, moment) for turn, reply in zip(turns, replies, strict=True)]
    thought = sum(each.thought for each in found)
    return Costs(found[0].prompt, sum(each.completion for each in found), thought, found[0].cached)


def _head(kin: Kin, answered: Answered) -> Document:
    call, moment = answered.call, answered.moment
    name = "text_completion" if call.operation == "completion" else "chat.completion"
    if call.stream and call.operation == "chat":
        name = "chat.completion.chunk"
    return {"id": kin.identify(moment), "object": name, "created": moment.created, "model": call.model}


def _finish(kin: Kin, turn: Turn) -> str:
    return kin.finishes.get(turn.finish, turn.finish)


def _choice(kin: Kin, index: int, turn: Turn, answered: Answered) -> Document:
    text, finish = turn.said("text"), _finish(kin, turn)
    odds = _odds(text, index, answered)
    if answered.call.operation == "completion":
        return {"index": index, "text": text, "logprobs": odds, "finish_reason": finish}
    message: Document = {"role": "assistant", "content": text if text or not turn.calls else None, **kin.message}
    thought = turn.said("reasoning")
    if thought:
        message |= dict.fromkeys(kin.thought, thought)
    if turn.calls:
        numbers = [{"index": i} if kin.numbers_calls else {} for i in range(len(turn.calls))]
        calls = [_called(kin, part, index * 1000 + i, answered.moment) for i, part in enumerate(turn.calls)]
        message["tool_calls"] = [{**number, **call} for number, call in zip(numbers, calls, strict=True)]
    return {"index": index, "message": message, "logprobs": odds, "finish_reason": finish}


def _called(kin: Kin, part: Part, position: int, moment: Moment) -> Document:
    function = {"name": part.name, "arguments": part.text}
    return {"id": part.id or kin.identify_call(moment, position), "type": "function", "function": function}


def _odds(text: str, index: int, answered: Answered) -> Document | None:
    """The probabilities of the tokens of a text, None when they are not wanted."""
    call = answered.call
    if call.extra.logprobs is None:
        return None
    encoding = encoding_for(call.model)
    found = []
    for score in scored(encoding.split(text), answered.moment.random, encoding, call.extra.logprobs, f"logprobs-{index}"):
        best = [_odd(guess.token, guess.logprob) for guess in score.best]
        found.append({**_odd(score.token, score.logprob), "top_logprobs": best})
    return {"content": found}


def _odd(token: bytes, logprob: float) -> Document:
    return {"token": spelled(token), "logprob": logprob, "bytes": list(token)}


def _stream(kin: Kin, answered: Answered, replies: tuple[Reply, ...]) -> Stream:
    call, spent = answered.call, answered.costs
    head, rows = _head(kin, answered), list(_rows(kin, answered, replies))
    if kin.streams_calls == "together":
        rows = list(_together(rows))
    if not kin.opens and call.operation == "chat":
        for choice in {row[1]["index"]: row[1] for row in reversed(rows)}.values():
            choice["delta"]["role"] = "assistant"
    frames = [(kin.preamble, b"")] if kin.preamble else []
    counts = [0] * len(frames)
    for number, (place, choice, tokens) in enumerate(rows):
        answered.place, answered.number = place, number
        document: Document = {**head, "choices": [choice]}
        if place == "last" and kin.counts == "finish" and number == len(rows) - 1:
            document["usage"] = kin.usage(spent)
        elif kin.counts == "asked" and call.extra.include_usage:
            document["usage"] = None
        frames.append((_event(kin.chunk(document, answered)), b""))
        counts.append(tokens)
    last = []
    if kin.counts == "always" or (kin.counts == "asked" and call.extra.include_usage):
        answered.place, answered.number = "usage", len(rows)
        last.append(_event(kin.chunk({**head, "choices": [], "usage": kin.usage(spent)}, answered)))
    return Stream(Sheet(frames, counts), b"", (*last, b"data: [DONE]\n\n"), spent.prompt, spent.completion, grammar=GRAMMAR)


def _event(document: Document) -> bytes:
    return b"data: " + _encode(document) + b"\n\n"


def _rows(kin: Kin, answered: Answered, replies: tuple[Reply, ...]) -> Iterator[Row]:
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
                made = _called(kin, part, index * 1000 + position, answered.moment)
                if kin.streams_calls != "pieces":
                    yield "said", _delta(index, {"tool_calls": [{"index": position, **made}]}), sum(n for _, n in pieces)
                    position += 1
                    continue
                opened = {"index": position, **made, "function": {"name": part.name, "arguments": ""}}
                yield "said", _delta(index, {"tool_calls": [opened]}), 0
            for text, tokens in pieces:
                yield "said", _said(kin, part, index, position, text, is_chat=is_chat), tokens
            position += part.kind == "call"
        end: Document = _delta(index, {}) if is_chat else {"index": index, "text": "", "logprobs": None}
        yield "last", {**end, "finish_reason": _finish(kin, turn)}, 0


def _together(rows: list[Row]) -> Iterator[Row]:
    """Say the calls that follow each other in one chunk."""
    held: Row | None = None
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


def _said(kin: Kin, part: Part, index: int, position: int, text: str, *, is_chat: bool) -> Document:
    if not is_chat:
        return {"index": index, "text": text, "logprobs": None, "finish_reason": None}
    if part.kind == "call":
        return _delta(index, {"tool_calls": [{"index": position, "function": {"arguments": text}}]})
    delta: dict[str, Any] = {"content": text} if part.kind == "text" else dict.fromkeys(kin.thought, text)
    return _delta(index, delta)
