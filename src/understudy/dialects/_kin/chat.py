"""Chats and text completions of the family: documents and chunks, amended by the provider.

In: a call, replies, a `Kin`. Out: a body or a stream.
"""

from __future__ import annotations

from functools import partial

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._fixed import lasts, rendered
from understudy.dialects._kin.kin import Answered, Document, Kin
from understudy.dialects._kin.odds import odds
from understudy.dialects._kin.parts import OWN, all_costs, called, finish_of, head, own_values
from understudy.dialects._kin.stream import stream
from understudy.dialects._kin.style import Style
from understudy.dialects._stencil import Row, cut_out, fill, hole
from understudy.dialects._turn import Costs, Turn, work_out
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.reply import Reply
from understudy.text.pausing import pause

_A_FRAME = 1024  # bytes that weigh as much as a frame of a stream
_encode = msgspec.json.encode


class Told(Struct):
    """What is kept of a document: its bytes with holes, what it cost and why it ended."""

    row: Row
    costs: Costs
    finish: str


def encode(kin: Kin, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Answer a chat or a completion."""
    if call.stream:
        return stream(kin, call, replies, moment)
    names, reply = kin.names(moment), replies[0]
    shares = call.plain and len(replies) == 1 and isinstance(moment.options.style, Style) and lasts(reply, moment)
    key = (call.kind, moment.prompt_tokens, moment.cached_tokens)
    told = rendered(reply, key, moment, partial(_told, kin, call, replies, moment, holes=shares), _weight, shares=shares)
    spent = told.costs
    return Body(
        fill(told.row, own_values(kin, moment)) if shares else told.row.parts[0],
        spent.prompt,
        spent.completion,
        grammar=kin.grammar,
        finish=told.finish,
        reusable=names is not None and call.extra.logprobs is None and lasts(reply, moment) and not moment.cached_tokens,
        names=names,
    )


def _told(kin: Kin, call: Call, replies: tuple[Reply, ...], moment: Moment, *, holes: bool) -> Told:
    """Render a document, with holes where it serves others."""
    turns = tuple(work_out(call, reply, call.extra.stops) for reply in replies)
    spent = all_costs(turns, replies, moment)
    answered = Answered(call, moment, spent, turns, own=hole(OWN) if holes else kin.own(moment))
    opened = head(kin, answered, holes=holes)
    choices = [_choice(kin, i, turn, reply, answered) for i, (turn, reply) in enumerate(zip(turns, replies, strict=True))]
    data = _encode(kin.whole(opened | {"choices": choices, "usage": kin.usage(spent)}, answered))
    return Told(cut_out(data) if holes else Row((data,), ()), spent, turns[0].finish)


def _weight(told: Told) -> int:
    return 1 + sum(map(len, told.row.parts)) // _A_FRAME


def _choice(kin: Kin, index: int, turn: Turn, reply: Reply, answered: Answered) -> Document:
    pause()
    text, finish = turn.said("text"), finish_of(kin, turn)
    chances = odds(answered.call, text, reply, index, answered.moment)
    if answered.call.operation == "completion":
        return {"index": index, "text": text, "logprobs": chances, "finish_reason": finish}
    message: Document = {"role": "assistant", "content": text if text or not turn.calls else None, **kin.message}
    thought = turn.said("reasoning")
    if thought:
        message |= dict.fromkeys(kin.thought, thought)
    if turn.calls:
        numbers = [{"index": i} if kin.numbers_calls else {} for i in range(len(turn.calls))]
        calls = [called(kin, part, index * 1000 + i, answered.moment) for i, part in enumerate(turn.calls)]
        message["tool_calls"] = [{**number, **call} for number, call in zip(numbers, calls, strict=True)]
    return {"index": index, "message": message, "logprobs": chances, "finish_reason": finish}
