"""What whole documents and chunks of the family have in common: their head, tool calls, ends and costs."""

from __future__ import annotations

import msgspec

from understudy.dialects import Moment
from understudy.dialects._kin.kin import Answered, Document, Kin
from understudy.dialects._stencil import hole
from understudy.dialects._turn import Costs, Part, Turn, costs
from understudy.model.reply import Reply

ID, CREATED, OWN = range(3)  # the holes of what is kept, by the places of `own_values`
PADDING, TALLY = range(3, 5)  # those of one chunk, behind them
_encode = msgspec.json.encode


def own_values(kin: Kin, moment: Moment) -> tuple[bytes, ...]:
    """What belongs to one answer alone, as JSON: its identifier, its time, and what its provider draws for it."""
    return _encode(kin.identify(moment)), b"%d" % moment.created, _encode(kin.own(moment))


def all_costs(turns: tuple[Turn, ...], replies: tuple[Reply, ...], moment: Moment) -> Costs:
    """Count all answers of a call."""
    found = [costs(turn, reply, moment) for turn, reply in zip(turns, replies, strict=True)]
    thought = sum(each.thought for each in found)
    return Costs(found[0].prompt, sum(each.completion for each in found), thought, found[0].cached)


def head(kin: Kin, answered: Answered, *, holes: bool = False) -> Document:
    """The members that every document begins with, or with holes for what is one answer's own."""
    call, moment = answered.call, answered.moment
    name = "text_completion" if call.operation == "completion" else "chat.completion"
    if call.stream and call.operation == "chat":
        name = "chat.completion.chunk"
    identifier, created = (hole(ID), hole(CREATED)) if holes else (kin.identify(moment), moment.created)
    return {"id": identifier, "object": name, "created": created, "model": call.model}


def finish_of(kin: Kin, turn: Turn) -> str:
    """Say why an answer ended, in the provider's words."""
    return kin.finishes.get(turn.finish, turn.finish)


def called(kin: Kin, part: Part, position: int, moment: Moment) -> Document:
    """Write a tool call whole."""
    function = {"name": part.name, "arguments": part.text}
    return {"id": part.id or kin.identify_call(moment, position), "type": "function", "function": function}
