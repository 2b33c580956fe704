"""Chats and text completions of the family: documents and chunks, amended by the provider.

In: a call, replies, a `Kin`. Out: a body or a stream.
"""

from __future__ import annotations

import msgspec

from understudy.dialects import Moment
from understudy.dialects._fixed import lasts
from understudy.dialects._kin.kin import Answered, Document, Kin
from understudy.dialects._kin.odds import odds
from understudy.dialects._kin.parts import all_costs, called, finish_of, head
from understudy.dialects._kin.stream import stream
from understudy.dialects._turn import Turn, work_out
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.reply import Reply

_encode = msgspec.json.encode


def encode(kin: Kin, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Answer a chat or a completion."""
    if call.stream:
        return stream(kin, call, replies, moment)
    turns = tuple(work_out(call, reply, call.extra.stops) for reply in replies)
    spent = all_costs(turns, replies, moment)
    answered = Answered(call, moment, spent, turns, own=kin.own(moment))
    choices = [_choice(kin, i, turn, answered) for i, turn in enumerate(turns)]
    document = head(kin, answered) | {"choices": choices, "usage": kin.usage(spent)}
    data = _encode(kin.whole(document, answered))
    names = kin.names(moment)
    reusable = names is not None and call.extra.logprobs is None and lasts(replies[0], moment) and not moment.cached_tokens
    finish = turns[0].finish
    return Body(data, spent.prompt, spent.completion, grammar=kin.grammar, finish=finish, reusable=reusable, names=names)


def _choice(kin: Kin, index: int, turn: Turn, answered: Answered) -> Document:
    text, finish = turn.said("text"), finish_of(kin, turn)
    chances = odds(answered.call, text, index, answered.moment)
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
